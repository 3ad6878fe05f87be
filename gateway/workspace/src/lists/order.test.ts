import fc from "fast-check";
import { expect, test } from "vitest";
import { held } from "./order";

test("nothing that is shown moves while the order is held", () => {
  const ids = fc.uniqueArray(fc.nat(30).map(String));
  fc.assert(
    fc.property(ids, ids, (shown, wanted) => {
      const after = held(shown, wanted);
      expect(after.slice(0, shown.length)).toEqual(shown);
      expect(new Set(after)).toEqual(new Set([...shown, ...wanted]));
      expect(after.length).toBe(new Set(after).size);
    }),
  );
});
