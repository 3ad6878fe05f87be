import { createInstance, type i18n, type TFunction } from "i18next";
import { en } from "./en";
import { ru } from "./ru";

/** The languages of the workspace, each with its own name. */
export const languages = { en: "English", ru: "Русский" } as const;

export type Language = keyof typeof languages;

export function isLanguage(text: string): text is Language {
  return text in languages;
}

/** Every key, with its parts joined by dots; plural forms count as one key. */
export type Word = Leaves<typeof en>;

type Leaves<T> = {
  [K in keyof T & string]: T[K] extends string ? Singular<K> : `${K}.${Leaves<T[K]>}`;
}[keyof T & string];

type Singular<K extends string> = K extends `${infer Stem}_${"zero" | "one" | "two" | "few" | "many" | "other"}`
  ? Stem
  : K;

/** Gives the words of a key; count chooses the plural form of the language. */
export type Say = (word: Word, values?: Values) => string;

type Values = Readonly<Record<string, string | number>>;

/** Both languages are in the program: a switch is at once, and a break of the connection cannot stop it. */
export function createWords(language: Language): { say: Say; speak: (l: Language) => Promise<Say> } {
  const words: i18n = createInstance();
  void words.init({
    lng: language,
    fallbackLng: false,
    initAsync: false,
    interpolation: { escapeValue: false }, // React escapes
    returnEmptyString: false,
    resources: { en: { translation: en }, ru: { translation: ru } },
  });
  // Most words have no values: they are found once and kept, lists say them again and again.
  const sayer = (t: TFunction, spoken: Language): Say => {
    const found = new Map<Word, string>();
    const fractions = new Intl.NumberFormat(spoken, { maximumFractionDigits: 1 });
    return (word, values) => {
      if (values !== undefined) return String(t(word as never, spelt(values, fractions) as never));
      let said = found.get(word);
      if (said === undefined) {
        said = String(t(word as never));
        found.set(word, said);
      }
      return said;
    };
  };
  return { say: sayer(words.t, language), speak: async (l) => sayer(await words.changeLanguage(l), l) };
}

/** Fractions are written as the language writes them: 1.6 in English is 1,6 in Russian. Whole numbers choose plural forms. */
function spelt(values: Values, fractions: Intl.NumberFormat): Values {
  const fraction = (v: string | number) => typeof v === "number" && !Number.isInteger(v);
  if (!Object.values(values).some(fraction)) return values;
  return Object.fromEntries(
    Object.entries(values).map(([k, v]) => [k, fraction(v) ? fractions.format(v as number) : v]),
  );
}
