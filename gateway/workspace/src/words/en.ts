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

/** English. Each part of the page keeps its words beside its components, in both languages. */
export const en = {
  ...general.en,
  bell: bell.en,
  chat: chat.en,
  composer: composer.en,
  details: details.en,
  header: header.en,
  lists: lists.en,
  palette: palette.en,
  session: session.en,
  settings: settings.en,
  transfer: transfer.en,
} as const;
