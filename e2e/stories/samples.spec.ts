// The code that docs/apps.md shows to app developers verifies what the gateway really hands over.
import { spawnSync } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { launchToken } from "../launch";
import { expect, test } from "../world";

const samples = resolve(import.meta.dirname, "../../docs/samples");
const python = process.env.PYTHON ?? "python3";

const languages = {
  Python: async () => [python, join(samples, "verify_launch_token.py")],
  // Beside node_modules, where Node looks for the library.
  JavaScript: async () => {
    const copy = test.info().outputPath("verify.mjs");
    await copyFile(join(samples, "verify-launch-token.mjs"), copy);
    return [process.execPath, copy];
  },
};

for (const [language, command] of Object.entries(languages)) {
  test(`the ${language} sample takes a launch, and nothing else`, async ({ servers }) => {
    const token = await launchToken(servers.gateway, servers.lms);
    const [program, script] = await command();
    const run = (app: string, input: string) => spawnSync(program!, [script!, servers.gateway, app], { input, encoding: "utf8" });

    const good = run("launch-inspector", token);
    expect(good.stderr).toBe("");
    const [header, claims, signature] = token.split(".");
    const { tenant_id, sub } = JSON.parse(Buffer.from(claims!, "base64url").toString());
    expect(JSON.parse(good.stdout)).toMatchObject({
      person: [tenant_id, sub],
      claims: { iss: servers.gateway, aud: "launch-inspector", name: "Tess Teacher" },
    });

    const tampered = Buffer.from(claims!, "base64url").toString().replace("Tess", "Eve ");
    for (const [app, input] of [
      ["another-app", token],
      ["launch-inspector", [header, Buffer.from(tampered).toString("base64url"), signature].join(".")],
      ["launch-inspector", `${Buffer.from('{"alg":"none"}').toString("base64url")}.${claims}.`],
      ["launch-inspector", "garbage"],
    ]) {
      const refused = run(app!, input!);
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain("refused");
    }
  });
}
