import { expect, test } from "vitest";
import { firstBlank } from "./blank";

test("the first macro that nobody has filled in, where it stands", () => {
  const text = "Is {{contact.phone}} still right, {{ contact.first_name }}?";
  expect(firstBlank(text)).toEqual({ from: 3, to: 20, macro: "{{contact.phone}}" });
  expect(firstBlank(text.slice(20))?.macro).toBe("{{ contact.first_name }}");
});

test("other braces are text", () => {
  for (const text of [
    "",
    "{{}}",
    "{{order}}",
    "{contact.name}",
    "{{contact}}",
    "{{contact.name}",
    "{{weather.today}}",
  ]) {
    expect(firstBlank(text), text).toBeNull();
  }
});
