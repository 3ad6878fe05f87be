// Fails when the REST client's types are not those of the OpenAPI document. The frames' types are held by
// `go test ./gateway -run TestTypeScriptIsAsTheFramesAre`, the document itself by `-run TestOpenAPI`.
import { readFile } from "node:fs/promises";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";

const document = new URL("../../testdata/openapi.json", import.meta.url);
const generated = new URL("../src/protocol/rest.gen.ts", import.meta.url);

const wanted = `${COMMENT_HEADER}${astToString(await openapiTS(document))}`;
if ((await readFile(generated, "utf8")).trimEnd() !== wanted.trimEnd()) {
  process.stderr.write("src/protocol/rest.gen.ts is not as gateway/testdata/openapi.json says: run `npm run rest`\n");
  process.exit(1);
}
