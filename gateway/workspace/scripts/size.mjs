// Fails when the scripts of the first load have grown beyond what is promised, packed as the server sends them.
import { readdirSync, readFileSync, statSync } from "node:fs";

const most = 250 * 1024;
const folder = new URL("../dist/app/", import.meta.url);

const page = readFileSync(new URL("index.html", folder), "utf8");
const first = readdirSync(new URL("assets/", folder)).filter((name) => name.endsWith(".js") && page.includes(name));
if (first.length === 0) throw new Error("dist/app/index.html names no script: run `npm run build`");
for (const packing of ["br", "gz"]) {
  const size = first.reduce((sum, name) => sum + statSync(new URL(`assets/${name}.${packing}`, folder)).size, 0);
  if (size > most) {
    process.stderr.write(
      `the scripts of the first load have ${size} bytes as .${packing}, at most ${most} are promised\n`,
    );
    process.exit(1);
  }
}
