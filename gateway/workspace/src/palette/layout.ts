/** What was typed with the wrong one of two keyboard layouts: "yfcnhjqrb" is "настройки", "екфтыаук" is "transfer". */

const latin = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const russian = "ёйцукенгшщзхъфывапролджэячсмитьбю";

const other = new Map<string, string>();
for (let i = 0; i < latin.length; i++) {
  other.set(latin.charAt(i), russian.charAt(i));
  other.set(russian.charAt(i), latin.charAt(i));
}

export function otherLayout(typed: string): string {
  return [...typed.toLowerCase()].map((c) => other.get(c) ?? c).join("");
}
