// What every story starts from: its own servers, and steps in the words of the people who use them.
import { test as base } from "@playwright/test";
import { Lms } from "./lms";
import { Portal } from "./portal";
import { type Servers, startServers } from "./servers";

interface World {
  servers: Servers;
  portal: Portal;
  lms: Lms;
}

export const test = base.extend<World>({
  servers: async ({}, use) => {
    const servers = await startServers();
    await use(servers);
    await servers.stop();
  },
  portal: async ({ page, servers }, use) => use(new Portal(page, servers.gateway)),
  lms: async ({ page, servers }, use) => use(new Lms(page, servers.lms)),
});

export { expect } from "@playwright/test";
