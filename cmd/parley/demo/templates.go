package demo

import "parley/config"

// templates are the company's quick replies (S37): its customers write English and Russian.
func templates() []config.Template {
	reply := func(id, name, english, russian string) config.Template {
		return config.Template{ID: id, Name: name, Texts: map[string]string{"en": english, "ru": russian}}
	}
	return []config.Template{
		reply("greeting", "Greeting",
			"Hello {{contact.name}}, this is {{operator.name}}. How can I help you?",
			"Здравствуйте, {{contact.name}}! Меня зовут {{operator.name}}. Чем могу помочь?"),
		reply("order-number", "Ask for the order number",
			"Could you tell me your order number, please? It is in the subject of our confirmation e-mail.",
			"Подскажите, пожалуйста, номер заказа. Он указан в теме письма с подтверждением."),
		reply("delivery", "Delivery time",
			"We deliver within 2 to 4 working days. As soon as the parcel is on its way, you will get a link to follow it.",
			"Доставка занимает от 2 до 4 рабочих дней. Как только посылка будет в пути, вы получите ссылку для отслеживания."),
		reply("refund", "Refund terms",
			"You can send the goods back within 14 days. The money is on your account at most 5 working days after they have reached us.",
			"Вернуть товар можно в течение 14 дней. Деньги придут на ваш счёт не позднее чем через 5 рабочих дней после того, как мы его получим."),
		reply("phone", "Confirm the phone number",
			"May we call you on {{contact.phone}}?",
			"Можно позвонить вам по номеру {{contact.phone}}?"),
		reply("one-moment", "One moment, please",
			"One moment, please: I am looking into it.",
			"Минуту, пожалуйста: уточняю."),
		reply("handover", "Handing over to a colleague",
			"A colleague of mine knows more about this. I am handing our conversation over; you need not repeat anything.",
			"В этом лучше разбирается мой коллега. Передаю ему наш разговор, повторять ничего не придётся."),
		reply("goodbye", "Thanks and goodbye",
			"Thank you for writing to us, {{contact.name}}. Have a good day!",
			"Спасибо за обращение, {{contact.name}}. Хорошего дня!"),
	}
}
