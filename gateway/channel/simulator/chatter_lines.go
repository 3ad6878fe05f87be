package simulator

// smallTalk is what a demo customer can say in one language.
type smallTalk struct {
	first, reply []string
	nudge, bye   string
}

func linesIn(lang string) smallTalk {
	if lang == "ru" {
		return smallTalk{
			first: []string{
				"Здравствуйте! Где мой заказ 48213? Обещали доставить вчера.",
				"Добрый день, можно ли изменить адрес доставки?",
				"Подскажите, пожалуйста, есть ли эта модель в синем цвете?",
				"Не могу войти в личный кабинет, код из СМС не приходит 😕",
				"Добрый вечер. Хочу вернуть товар, чек сохранился. Что нужно сделать?",
				"Сколько стоит доставка в Казань и сколько дней она идёт?",
			},
			reply: []string{
				"Поняла, спасибо. А сколько это займёт времени?",
				"Хорошо, сейчас проверю.",
				"Да, всё верно.",
				"Можно подробнее?",
				"Номер заказа 48213, оформлен на моё имя.",
			},
			nudge: "Вы здесь?",
			bye:   "Большое спасибо, вы очень помогли! До свидания 🌷",
		}
	}
	return smallTalk{
		first: []string{
			"Hi! Where is my order 48213? It was promised for yesterday.",
			"Hello, can I still change the delivery address?",
			"Do you have this model in blue, size 42?",
			"I can't sign in: the code never arrives 😕",
			"Good evening. I'd like to return an item, I kept the receipt. What do I do?",
			"How much is delivery to Leeds, and how long does it take?",
		},
		reply: []string{
			"I see, thanks. How long will that take?",
			"OK, let me check.",
			"Yes, that's right.",
			"Could you tell me a bit more?",
			"The order number is 48213, it's in my name.",
		},
		nudge: "Are you there?",
		bye:   "Thank you so much, that really helped! Bye 👋",
	}
}
