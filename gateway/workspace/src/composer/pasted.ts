/**
 * Which files of a clipboard are meant. A program that copies text often adds a picture of it: there the text is meant.
 * A file manager adds the names or addresses of its files as text: there the files are.
 */
export function pastedFiles<F extends { readonly name: string; readonly type: string }>(
  files: readonly F[],
  text: string,
): readonly F[] {
  const lines = text.split(/\r?\n/).filter((l) => l.trim() !== "");
  const names = new Set(files.map((f) => f.name));
  return lines.every((l) => names.has(lastPart(l))) ? files : [];
}

function lastPart(line: string): string {
  const part = line.trim().split(/[\\/]/).at(-1) ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a name with a percent sign
  }
}

const endings: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/svg+xml": "svg",
  "image/x-icon": "ico",
};

/**
 * A name for a picture that has none of its own: browsers call every pasted one image.png. The customer sees it, so it
 * says when it was made; number tells several of one moment apart.
 */
export function properName(name: string, type: string, now: Date, number: number): string {
  if (name !== "" && !/^(image|blob)(\.\w+)?$/i.test(name)) return name;
  const ending =
    endings[type] ?? (type.startsWith("image/") ? type.slice("image/".length) : (name.split(".")[1] ?? "bin"));
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  return `${type.startsWith("image/") ? "image" : "file"}-${day}-${time}${number > 1 ? `-${number}` : ""}.${ending}`;
}
