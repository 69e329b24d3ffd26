// The REST API is what its description says: for a client that was generated from it, and whatever is asked.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { appToken, contoso, typedClient } from "../automation";
import { launchToken } from "../launch";
import { type Servers } from "../servers";
import { expect, test } from "../world";

test("a generated client registers, finds and deletes", async ({ servers }) => {
  const api = typedClient(servers.gateway, await appToken(servers.gateway));
  const me = await api.GET("/api/v1/me");
  expect(me.data).toMatchObject({ kind: "app", tenantId: contoso, tenantState: "unregistered" });
  const tenant = await api.POST("/api/v1/tenant", { body: { displayName: "Contoso University" } });
  expect(tenant.data?.state).toBe("registered");

  const apps = await api.GET("/api/v1/apps");
  const platforms = await api.GET("/api/v1/platforms");
  const appId = apps.data!.value[0]!.id;
  const moodle = platforms.data!.value.find(({ id }) => id === "moodle")!;
  const tool = await api.GET("/api/v1/apps/{app_id}/tool-configuration", {
    params: { path: { app_id: appId }, query: { platform: moodle.id } },
  });
  expect(tool.data?.keys.map(({ label }) => label)).toContain("Initiate login URL");

  // The preset says how the URLs follow from the site's address.
  const issuer = "https://moodle.contoso.edu";
  const byPreset = (name: (typeof moodle.fields)[number]["field"]) =>
    moodle.fields.find(({ field }) => field === name)!.pattern!.replace("{issuer}", issuer);
  const body = {
    name: "Contoso Moodle",
    appId,
    platform: moodle.id,
    issuer,
    clientId: "0aEVzPOYmhw5mJi",
    deploymentIds: ["1"],
    authenticationUrl: byPreset("authenticationUrl"),
    keysetUrl: byPreset("keysetUrl"),
  };
  const created = await api.POST("/api/v1/registrations", { body });
  expect(created.response.status).toBe(201);
  const path = { id: created.data!.id };
  const again = await api.POST("/api/v1/registrations", { body });
  expect(again.error).toMatchObject({ status: 409, code: "registration.duplicate", errors: [{ pointer: "/deploymentIds" }] });

  const page = await api.GET("/api/v1/registrations", { params: { query: { search: "contoso", platform: "moodle", limit: 1 } } });
  expect(page.data).toEqual({ value: [created.data] });
  const exported = await api.GET("/api/v1/registrations/export");
  expect((await api.DELETE("/api/v1/registrations/{id}", { params: { path } })).response.status).toBe(204);
  const gone = await api.GET("/api/v1/registrations/{id}", { params: { path } });
  expect(gone.error?.code).toBe("registration.not_found");

  const imported = await api.POST("/api/v1/registrations/import", { params: { query: { dryRun: false } }, body: exported.data! });
  expect(imported.data).toMatchObject({ created: 1, existing: 0, refused: 0 });
  const events = await api.GET("/api/v1/audit-events", { params: { query: { action: "registration.deleted" } } });
  expect(events.data?.value.map(({ subject }) => subject.id)).toEqual([path.id]);
});

test("the commands of docs/api.md do what it says", async ({ servers }) => {
  const page = await readFile(resolve(import.meta.dirname, "../../docs/api.md"), "utf8");
  const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block!);
  expect(commands.length).toBeGreaterThan(3);
  const folder = test.info().outputPath("commands");
  await mkdir(folder, { recursive: true });
  const run = spawnSync("sh", ["-eu"], {
    cwd: folder,
    input: commands.join("\n"),
    encoding: "utf8",
    env: { ...process.env, GATEWAY: servers.gateway, TOKEN: await appToken(servers.gateway) },
  });
  expect(run.stderr).toBe("");
  expect(run.status, run.stdout).toBe(0);
  const exported = JSON.parse(await readFile(join(folder, "registrations.json"), "utf8"));
  expect(exported.registrations).toMatchObject([{ name: "Contoso Moodle", deployments: [{ deploymentId: "1", state: "accepted" }] }]);
  expect(run.stdout).toContain('"dryRun":true,"created":0,"existing":1');
});

test("whatever is asked, the answer is one that the description names", async ({ servers }) => {
  const examples = process.env.FUZZ_EXAMPLES ?? "25";
  test.setTimeout(Number(process.env.FUZZ_MINUTES ?? "5") * 60_000);
  // Something to be found: a registration and its launch.
  await launchToken(servers.gateway, servers.lms);
  const api = typedClient(servers.gateway, await appToken(servers.gateway));
  const launches = await api.GET("/api/v1/launches");
  const reference = launches.data!.value[0]!.reference;

  // To withdraw the organization would end everything, so that comes last and alone.
  await schemathesis(servers, ["--max-examples", examples, "--exclude-operation-id", "delete_tenant"], reference);
  await schemathesis(servers, ["--max-examples", "5", "--include-operation-id-regex", "_tenant$"], reference);
});

async function schemathesis({ gateway }: Servers, options: string[], reference: string): Promise<void> {
  const program = join(dirname(process.env.PYTHON ?? "python3"), "schemathesis");
  const seed = process.env.FUZZ_SEED ?? "1";
  const config = resolve(import.meta.dirname, "../schemathesis.toml");
  const run = spawn(
    program,
    ["--config-file", config, "run", `${gateway}/openapi.json`, "--seed", seed, ...options]
      .concat(["--header", `Authorization: Bearer ${await appToken(gateway)}`])
      .concat(["--generation-database", "none", "--workers", "1", "--no-color", "--continue-on-failure", "--warnings", "off"]),
    { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, LAUNCH_REFERENCE: reference } },
  );
  let said = "";
  run.stdout.on("data", (text) => (said += text));
  run.stderr.on("data", (text) => (said += text));
  const [status] = (await once(run, "exit")) as [number | null];
  expect(status, said).toBe(0);
}
