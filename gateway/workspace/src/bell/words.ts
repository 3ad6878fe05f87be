export const en = {
  offer: "New chat: {{name}}",
  offerFrom: "{{channel}} · {{queue}}",
  offers_one: "{{count}} new chat",
  offers_other: "{{count}} new chats",
  transferred: "Transferred to you: {{name}}",
  noText: "Sent an attachment",
  suggest: "The browser can tell you of new chats even when you look elsewhere.",
  turnOn: "Turn notifications on",
  blocked: "Sound is off until you click here",
  blockedWhy: "Browsers keep a page silent until somebody has clicked or typed in it.",
} as const;

export const ru = {
  offer: "Новый чат: {{name}}",
  offerFrom: "{{channel}} · {{queue}}",
  offers_one: "{{count}} новый чат",
  offers_few: "{{count}} новых чата",
  offers_many: "{{count}} новых чатов",
  offers_other: "{{count}} новых чата",
  transferred: "Вам передан чат: {{name}}",
  noText: "Отправил вложение",
  suggest: "Браузер может сообщать о новых чатах, даже когда вы смотрите в другое окно.",
  turnOn: "Включить уведомления",
  blocked: "Звука не будет, пока вы не нажмёте сюда",
  blockedWhy: "Браузер не даёт странице звучать, пока на ней ничего не нажали.",
} as const;
