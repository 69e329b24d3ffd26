// The programs under test: each test has a gateway and a practice LMS of its own, on free ports, with nothing in them.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { openSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Front } from "./front";

const root = resolve(import.meta.dirname, "..");
const programs = process.env.PROGRAMS ?? join(root, "target/debug");
const portal = process.env.PORTAL ?? join(root, "dist/portal");

export interface Servers {
  /** The portal and the gateway, on the site `localhost`. */
  gateway: string;
  /** The gateway without what stands before it. */
  local: string;
  /** The practice LMS, on the site `127.0.0.1`. */
  lms: string;
  /** Another command of the gateway's program, with the gateway's configuration. */
  command(...args: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** `front` stands before the gateway, which then has its address. With more of the gateway's environment and arguments. */
export async function startServers(front?: Front, configuration: Record<string, string> = {}, options: string[] = []): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), "lms-gateway-e2e-"));
  const [gatewayPort, lmsPort] = await freePorts(2);
  const local = `http://localhost:${gatewayPort}`;
  const gateway = front?.address ?? local;
  if (front) front.port = gatewayPort!;
  const lms = `http://127.0.0.1:${lmsPort}`;
  const environment = {
    LMS_GATEWAY__SERVER__LISTEN: `127.0.0.1:${gatewayPort}`,
    LMS_GATEWAY__SERVER__PUBLIC_URL: gateway,
    LMS_GATEWAY__DATABASE__URL: process.env.DATABASE_URL ?? `sqlite://${join(folder, "gateway.db")}?mode=rwc`,
    LMS_GATEWAY__METRICS__LISTEN: "",
    LMS_GATEWAY__PORTAL__DIRECTORY: portal,
    ...configuration,
    ...(front && { SSL_CERT_FILE: front.certificate }),
  };
  const running = [
    start(folder, "lms-gateway", ["serve", "--dev", ...options], environment),
    start(folder, "practice-lms", ["--listen", `127.0.0.1:${lmsPort}`, "--gateway", gateway, "--data", join(folder, "practice-lms.json")], {}),
  ];
  await Promise.all([ready(running[0]!, `${local}/health/ready`), ready(running[1]!, `${lms}/`)]);
  return {
    gateway,
    local,
    lms,
    async command(...args) {
      const { child, log } = start(folder, "lms-gateway", [...args, "--dev"], environment, "command");
      const [code] = await once(child, "exit");
      if (code !== 0) throw new Error(`${args.join(" ")}:\n${await readFile(log, "utf8")}`);
    },
    async stop() {
      await Promise.all(running.map(({ child }) => end(child)));
      await rm(folder, { recursive: true });
    },
  };
}

interface Program {
  name: string;
  child: ChildProcess;
  log: string;
}

function start(folder: string, name: string, args: string[], env: Record<string, string>, logName = name): Program {
  const log = join(folder, `${logName}.log`);
  const file = openSync(log, "w");
  // The configuration for the gateway of the person who runs the tests is left out.
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith("LMS_GATEWAY__")));
  const child = spawn(join(programs, name), args, { cwd: folder, env: { ...inherited, ...env }, stdio: ["ignore", file, file] });
  child.on("error", (error) => console.error(`${name} cannot be started (cargo xtask test builds it): ${error.message}`));
  return { name, child, log };
}

async function ready({ name, child, log }: Program, address: string): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    if (child.exitCode !== null || child.pid === undefined) break;
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((later) => setTimeout(later, 30));
  }
  throw new Error(`${name} is not ready:\n${await readFile(log, "utf8")}`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const insist = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(insist);
}

/** Ports that nobody uses now, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const listeners = await Promise.all(
    Array.from({ length: count }, async () => {
      const listener = createServer().listen(0, "127.0.0.1");
      await once(listener, "listening");
      return listener;
    }),
  );
  const ports = listeners.map((listener) => (listener.address() as { port: number }).port);
  await Promise.all(listeners.map((listener) => new Promise((closed) => listener.close(closed))));
  return ports;
}
