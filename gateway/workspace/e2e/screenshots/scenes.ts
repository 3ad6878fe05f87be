// Who writes what in the pictures, in two languages.
import type { Wishes } from "../stage";
import type { Diary } from "./diary";

export interface Scene {
  readonly wishes: Wishes;
  readonly diary: Diary;
  /** Full names, by the part they play. */
  readonly parcel: string;
  readonly invoice: string;
  readonly saturday: string;
  readonly kettle: string;
  readonly italy: string;
  /** What is said in each chat, in turns beginning with the customer. */
  readonly said: {
    readonly parcel: readonly [string, string, string, string];
    readonly invoice: readonly [string, string];
    readonly saturday: readonly [string, string, string, string];
    readonly kettle: string;
    readonly italy: string;
  };
  readonly drafts: { readonly parcel: string; readonly invoice: string };
}

/** Three chats in support, and a queue for sales whose chats are offered to one at a time. */
function house(names: readonly string[], queues: readonly [string, string], people: readonly string[]): Wishes {
  const [parcel, invoice, saturday, kettle, italy] = names.map((name) => {
    const [first = "", last = ""] = name.split(" ");
    return { first, last };
  });
  if (!parcel || !invoice || !saturday || !kettle || !italy) throw new Error("five customers play");
  const logins = ["anna", "boris", "clara", "root", "sim-01", "sim-02"];
  return {
    settings: { simultaneous_chats: 6, accept_timeout: "2m" },
    queues: { support: { name: queues[0] }, sales: { name: queues[1], rule: "least_busy", members: ["anna"] } },
    operators: logins.map((login, i) => ({ login, name: people[i] ?? login })),
    names: { "demo-fb": { 0: parcel, 1: invoice }, "demo-wa": { 0: saturday, 1: kettle }, "demo-tg": { 0: italy } },
  };
}

/** How many seconds before the picture each of the five began to write. */
const begun = [290, 700, 330, 148, 48];

function diaryOf(names: readonly string[], channels: Diary["channels"]): Diary {
  return { begun: Object.fromEntries(names.map((name, i) => [name, begun[i] ?? 0])), channels };
}

const english = ["Maya Lindqvist", "Henrik Sørensen", "Daniel Okafor", "Aisha Rahman", "Sofia Marchetti"] as const;

export const inEnglish: Scene = {
  wishes: house(
    english,
    ["Support", "Sales"],
    ["Anna Orlova", "Boris Wolff", "Clara Jensen", "Priya Nair", "Elif Yılmaz", "Jonas Weber"],
  ),
  diary: diaryOf(english, { "demo-fb": "Lumen Home", "demo-wa": "Order line", "demo-tg": "Shop bot" }),
  parcel: english[0],
  invoice: english[1],
  saturday: english[2],
  kettle: english[3],
  italy: english[4],
  said: {
    parcel: [
      "My desk lamp came this morning, and the box looks like this:",
      "Good morning Maya, I am sorry about that. Does the lamp itself still work?",
      "Then I will send you a new one today, free of charge. Is 14 Birkagatan still your address?",
      "Yes, it is. That is wonderful, thank you!",
    ],
    invoice: [
      "Hello, could you send me the invoice for order 47990 once more?",
      "Of course. One moment, I am looking it up.",
    ],
    saturday: [
      "Hi there! My parcel is due tomorrow.",
      "Hello Daniel, what can I do for you?",
      "Can it come on Saturday instead?",
      "I am travelling until then.",
    ],
    kettle: "Is the blue kettle back in stock?",
    italy: "Good morning! Do you deliver to Italy, and how long does it take?",
  },
  drafts: {
    parcel: "You are welcome. It leaves our warehouse at noon",
    invoice: "It is in your inbox now. Anything else",
  },
};

const russian = ["Мария Соколова", "Алексей Жуков", "Дмитрий Черных", "Ольга Ким", "Тимур Ахметов"] as const;

export const inRussian: Scene = {
  wishes: house(
    russian,
    ["Поддержка", "Продажи"],
    ["Анна Орлова", "Борис Вольф", "Клара Йенсен", "Павел Северин", "Елена Юрьева", "Иван Вебер"],
  ),
  diary: diaryOf(russian, { "demo-fb": "Свет и дом", "demo-wa": "Линия заказов", "demo-tg": "Бот магазина" }),
  parcel: russian[0],
  invoice: russian[1],
  saturday: russian[2],
  kettle: russian[3],
  italy: russian[4],
  said: {
    parcel: [
      "Утром привезли настольную лампу, и коробка выглядит вот так:",
      "Доброе утро, Мария! Мне очень жаль. А сама лампа работает?",
      "Тогда сегодня же бесплатно отправим новую. Адрес прежний: Садовая улица, 14?",
      "Да, прежний. Это чудесно, спасибо вам!",
    ],
    invoice: ["Здравствуйте! Пришлите, пожалуйста, ещё раз счёт по заказу 47990.", "Конечно. Минутку, уже ищу."],
    saturday: [
      "Добрый день! Мою посылку должны привезти завтра.",
      "Здравствуйте, Дмитрий! Чем могу помочь?",
      "Можно перенести на субботу?",
      "Я до субботы в отъезде.",
    ],
    kettle: "Синий чайник снова есть в наличии?",
    italy: "Доброе утро! Вы доставляете в Казань, и сколько это занимает?",
  },
  drafts: { parcel: "Пожалуйста! Со склада она уедет в полдень", invoice: "Счёт уже у вас в почте. Чем ещё" },
};
