// Debian's WebKitGTK by its WebDriver, on a display that nobody sees. Plain WebDriver over HTTP: no library is needed for six commands.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePorts } from "../servers";
import { buttonCalled, type Engine, FRAME, orNothing, type Place, READ } from "./engine";

type Json = Record<string, unknown>;
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

export async function startWebKit(): Promise<Engine> {
  const display = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
  const [number] = (await once(createInterface({ input: display.stdout! }), "line")) as [string];
  const [port] = await freePorts(1);
  const env = {
    ...process.env,
    DISPLAY: `:${number}`,
    LIBGL_ALWAYS_SOFTWARE: "1",
    // Its sandbox wants privileges that CI doesn't have.
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
  };
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], { env, stdio: "ignore" });
  const session = await begin(`http://127.0.0.1:${port}/session`);
  let top = "";
  return {
    async visit(address) {
      const old = (await session("GET", "window/handles")) as string[];
      const { handle } = (await session("POST", "window/new", { type: "tab" })) as { handle: string };
      for (const window of old) {
        await session("POST", "window", { handle: window });
        await session("DELETE", "window");
      }
      top = handle;
      await session("POST", "window", { handle });
      await session("POST", "url", { url: address });
    },
    async text(where) {
      if (!(await go(where))) return "";
      return orNothing(session("POST", "execute/sync", { script: `return ${READ}`, args: [] }));
    },
    async press(where, button) {
      await go(where);
      const found = (await session("POST", "element", { using: "xpath", value: buttonCalled(button) })) as Json;
      await session("POST", `element/${String(found[ELEMENT])}/click`, {});
    },
    async close() {
      await session("DELETE", "").catch(() => undefined);
      await Promise.all([end(driver), end(display)]);
    },
  };

  async function go(where: Place): Promise<boolean> {
    const handles = (await session("GET", "window/handles")) as string[];
    const handle = where === "frame" ? top : handles.findLast((other) => other !== top);
    if (handle === undefined) return false;
    await session("POST", "window", { handle });
    if (where === "window") return true;
    await session("POST", "frame", { id: null });
    const found = (await session("POST", "elements", { using: "css selector", value: `[name=${FRAME}]` })) as Json[];
    if (found.length === 0) return false;
    await session("POST", "frame", { id: found[0] });
    return true;
  }
}

type Session = (method: string, path: string, body?: Json) => Promise<unknown>;

async function begin(address: string): Promise<Session> {
  const folders = readdirSync("/usr/lib", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const versions = folders.flatMap(({ name }) => ["webkit2gtk-4.1", "webkit2gtk-4.0"].map((version) => join("/usr/lib", name, version, "MiniBrowser")));
  const binary = versions.find((path) => existsSync(path));
  if (binary === undefined) throw new Error("there is no MiniBrowser: install webkit2gtk-driver");
  const options = { browserName: "MiniBrowser", acceptInsecureCerts: true, "webkitgtk:browserOptions": { binary, args: ["--automation"] } };
  const answer = (await send("POST", address, { capabilities: { alwaysMatch: options } })) as { sessionId: string };
  return (method, path, body) => send(method, `${address}/${answer.sessionId}${path && `/${path}`}`, body);
}

async function send(method: string, address: string, body?: Json): Promise<unknown> {
  for (const deadline = Date.now() + 20_000; ; ) {
    const answer = await fetch(address, { method, body: body && JSON.stringify(body) }).catch((error: Error) => error);
    if (answer instanceof Error) {
      // It is still starting.
      if (Date.now() > deadline) throw answer;
      await new Promise((later) => setTimeout(later, 50));
      continue;
    }
    const { value } = (await answer.json()) as { value: Json };
    if (!answer.ok) throw new Error(`${method} ${address}: ${String(value.error)}: ${String(value.message)}`);
    return value;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
