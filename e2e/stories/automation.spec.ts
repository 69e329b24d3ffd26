// docs/automation.md does what it says: its commands, as they stand there, run in their order against a gateway.
import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "../world";

const page = resolve(import.meta.dirname, "../../docs/automation.md");
const python = process.env.PYTHON ?? "python3";
const documented = "http://localhost:8080";

interface Block {
  language: string;
  file: string;
  text: string;
}

async function blocks(): Promise<Block[]> {
  const found = (await readFile(page, "utf8")).matchAll(/^```(sh|python)(?: (\S+))?\n(.*?)^```$/gms);
  return [...found].map(([, language, file = "", text]) => ({ language: language!, file, text: text! }));
}

/** Runs a script in a folder, where `python3` is the one that has MSAL. */
async function run(script: string, folder: string): Promise<{ code: number | null; output: string; errors: string }> {
  const env = { ...process.env, PATH: `${dirname(resolve(python))}:${process.env.PATH}` };
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd: folder, env });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (errors += data));
  const code = await new Promise<number | null>((ended) => child.on("close", ended));
  return { code, output, errors };
}

/** A folder with the page's Python files in it. */
async function filesOf(all: Block[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { language, file, text } of all) if (language === "python") await writeFile(join(folder, file), text);
}

test("every command of the page works, one after the other", async ({ servers }, info) => {
  const folder = info.outputPath("automation");
  const all = await blocks();
  await filesOf(all, folder);
  // Only this one is for https, and stands for what runs against Entra.
  const commands = all.filter(({ language, text }) => language === "sh" && text !== "python3 registrations.py\n");
  const script = commands.map(({ text }) => `${text}\necho; echo ---\n`).join("");
  expect(script).toContain(documented);
  const { code, output, errors } = await run(script.replaceAll(documented, servers.gateway), folder);
  expect(errors).toBe("");
  expect(code, output).toBe(0);
  const [, , me, tenant, check, , list, view, deleted, python3] = output.split("\n---\n").map((answer) => answer.trim());
  expect(JSON.parse(me!)).toMatchObject({ kind: "app", tenantState: "unregistered" });
  expect(JSON.parse(tenant!)).toMatchObject({ displayName: "Contoso University", state: "registered" });
  expect(JSON.parse(check!)).toHaveProperty("findings");
  expect(JSON.parse(list!).value).toHaveLength(1);
  expect(JSON.parse(view!)).toMatchObject({ name: "Contoso Moodle" });
  expect(deleted).toBe("");
  expect(python3!.split("\n").sort()).toEqual(["added North Moodle", "added South Moodle"]);
});

test("a script that is refused says why", async ({ servers }, info) => {
  const folder = info.outputPath("automation");
  const all = await blocks();
  await filesOf(all, folder);
  const settings = all[0]!.text.replaceAll(documented, servers.gateway);
  const unregistered = await run(`${settings}\npython3 dev_registrations.py`, folder);
  expect(unregistered).toMatchObject({ code: 1, errors: expect.stringContaining("tenant.not_registered") });
  const wrong = await run(`${settings}\nexport CLIENT_SECRET=guess\npython3 dev_registrations.py`, folder);
  expect(wrong).toMatchObject({ code: 1, errors: expect.stringContaining("AADSTS7000215") });
});
