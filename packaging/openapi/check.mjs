// Validates each OpenAPI document that is named on the command line.
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";

let failed = false;
for (const file of process.argv.slice(2)) {
	const validator = new Validator();
	const result = await validator.validate(JSON.parse(readFileSync(file, "utf8")));
	if (!result.valid) {
		failed = true;
		console.error(`${file}: ${JSON.stringify(result.errors, null, 2)}`);
		continue;
	}
	if (validator.version !== "3.1") {
		failed = true;
		console.error(`${file}: is OpenAPI ${validator.version}, want 3.1`);
		continue;
	}
	console.log(`${file}: valid OpenAPI ${validator.version}`);
}
process.exit(failed || process.argv.length < 3 ? 1 : 0);
