// The start of every story: its own servers, and steps in the words of the people who use them.
import { test as base, expect } from "@playwright/test";
import { Lms } from "./lms";
import { Portal } from "./portal";
import { type Servers, startServers } from "./servers";

interface World {
  servers: Servers;
  portal: Portal;
  lms: Lms;
}

export const test = base.extend<World>({
  // In every story: no uncaught exception, no panic, nothing that the content security policy had to block.
  page: async ({ page }, use) => {
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && /panicked|Content Security Policy/.test(message.text())) faults.push(message.text());
    });
    await use(page);
    expect(faults).toEqual([]);
  },
  servers: async ({}, use) => {
    const servers = await startServers();
    await use(servers);
    await servers.stop();
  },
  portal: async ({ page, servers }, use) => use(new Portal(page, servers.gateway)),
  lms: async ({ page, servers }, use) => use(new Lms(page, servers.lms)),
});

export { expect } from "@playwright/test";
