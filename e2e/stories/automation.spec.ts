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
  // Only these are for https, and stand for what runs against Entra.
  const commands = all.filter(({ language, text }) => language === "sh" && !text.startsWith("python3 registrations.py"));
  const script = commands.map(({ text }) => `${text}\necho; echo ---\n`).join("");
  expect(script).toContain(documented);
  const { code, output, errors } = await run(script.replaceAll(documented, servers.gateway), folder);
  expect(errors).toBe("");
  expect(code, output).toBe(0);
  const [, , me, tenant, check, , list, view, deleted, plan, applied] = output.split("\n---\n").map((answer) => answer.trim());
  expect(JSON.parse(me!)).toMatchObject({ kind: "app", tenantState: "unregistered" });
  expect(JSON.parse(tenant!)).toMatchObject({ displayName: "Contoso University", state: "registered" });
  expect(JSON.parse(check!)).toHaveProperty("findings");
  expect(JSON.parse(list!).value).toHaveLength(1);
  expect(JSON.parse(view!)).toMatchObject({ name: "Contoso Moodle" });
  expect(deleted).toBe("");
  expect(plan!.split("\n")).toEqual(["would add North Moodle", "would add South Moodle"]);
  expect(applied!.split("\n")).toEqual(["added North Moodle", "added South Moodle"]);
});

test("the script plans, does nothing unless it is told to, and deletes only what it is told to", async ({ servers }, info) => {
  const folder = info.outputPath("automation");
  const all = await blocks();
  await filesOf(all, folder);
  // Registered, with a registration of which the script knows nothing.
  const upTo = all.findIndex(({ text }) => text.startsWith("REGISTRATION="));
  const before = all.slice(0, upTo + 1).filter(({ language }) => language === "sh");
  const registered = before.map(({ text }) => text.replaceAll(documented, servers.gateway)).join("\n");
  const list = `curl --silent --fail "$GATEWAY/api/v1/registrations" --header "Authorization: Bearer $TOKEN"; echo`;
  const runs = ["", "--apply", "--apply", "--prune", "--apply --prune", "--apply --prune"];
  const script = runs.map((options) => `echo ---; python3 dev_registrations.py ${options}; ${list}`).join("\n");
  const { code, output, errors } = await run(`${registered}\n${script}`, folder);
  expect(errors).toBe("");
  expect(code, output).toBe(0);
  const outcomes = output.split("---\n").slice(1);
  const seen = outcomes.map((outcome) => {
    const lines = outcome.trim().split("\n");
    const { value } = JSON.parse(lines.pop()!) as { value: { name: string }[] };
    return { said: lines, there: value.map(({ name }) => name) };
  });
  const [contoso, north, south] = ["Contoso Moodle", "North Moodle", "South Moodle"];
  expect(seen).toEqual([
    { said: [`would add ${north}`, `would add ${south}`, `leaves ${contoso}`], there: [contoso] },
    { said: [`added ${north}`, `added ${south}`, `leaves ${contoso}`], there: [contoso, north, south] },
    { said: [`leaves ${contoso}`], there: [contoso, north, south] },
    { said: [`would delete ${contoso}`], there: [contoso, north, south] },
    { said: [`deleted ${contoso}`], there: [north, south] },
    { said: [], there: [north, south] },
  ]);
});

test("the script replaces what differs, and tells registrations of one client apart", async ({ servers }, info) => {
  const folder = info.outputPath("automation");
  const all = await blocks();
  await filesOf(all, folder);
  const upTo = all.findIndex(({ text }) => text.startsWith("REGISTRATION="));
  const before = all.slice(0, upTo + 1).filter(({ language }) => language === "sh");
  const registered = before.map(({ text }) => text.replaceAll(documented, servers.gateway)).join("\n");
  const program = join(folder, "registrations.py");
  const original = await readFile(program, "utf8");
  const moved = (text: string) => text.replace("/mod/lti/certs.php", "/mod/lti/new-certs.php");
  const second = moved(original).replace('"deploymentIds": ["1"]', '"deploymentIds": ["2"]');
  expect(new Set([original, second, moved(original)]).size).toBe(3);
  for (const [name, text] of Object.entries({ original, moved: moved(original), second })) {
    await writeFile(join(folder, `${name}.py`), text);
  }
  const use = (name: string) => `cp ${name}.py registrations.py; echo ---; python3 dev_registrations.py --apply`;
  const script = ["original", "moved", "moved", "second", "second"].map(use).join("\n");
  const { code, output, errors } = await run(`${registered}\n${script}`, folder);
  expect(errors).toBe("");
  expect(code, output).toBe(0);
  const [contoso, north, south] = ["Contoso Moodle", "North Moodle", "South Moodle"];
  const seen = output.split("---\n").slice(1).map((outcome) => outcome.trim().split("\n"));
  expect(seen).toEqual([
    [`added ${north}`, `added ${south}`, `leaves ${contoso}`],
    [`replaced ${north}`, `replaced ${south}`, `leaves ${contoso}`],
    [`leaves ${contoso}`],
    // Another deployment of the same clients is another registration.
    [`added ${north}`, `added ${south}`, `leaves ${contoso}`, `leaves ${north}`, `leaves ${south}`],
    [`leaves ${contoso}`, `leaves ${north}`, `leaves ${south}`],
  ]);
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
