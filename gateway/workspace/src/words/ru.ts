import * as bell from "../bell/words";
import * as chat from "../chat/words";
import * as composer from "../composer/words";
import * as details from "../details/words";
import * as header from "../header/words";
import * as lists from "../lists/words";
import * as palette from "../palette/words";
import * as session from "../session/words";
import * as settings from "../settings/words";
import * as transfer from "../transfer/words";
import * as general from "./general";

/** Russian. Each part of the page keeps its words beside its components, in both languages. */
export const ru = {
  ...general.ru,
  bell: bell.ru,
  chat: chat.ru,
  composer: composer.ru,
  details: details.ru,
  header: header.ru,
  lists: lists.ru,
  palette: palette.ru,
  session: session.ru,
  settings: settings.ru,
  transfer: transfer.ru,
} as const;
