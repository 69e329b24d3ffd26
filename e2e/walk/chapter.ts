// A chapter of the walk past every page and every state of a page: what is visited there, each in every look.
import type { Page } from "@playwright/test";
import type { Lms } from "../lms";
import type { Shown } from "../look";
import type { Portal } from "../portal";
import type { Servers } from "../servers";

export interface World {
  page: Page;
  portal: Portal;
  lms: Lms;
  servers: Servers;
  visit(name: string, shown?: Shown): Promise<void>;
}

export type Chapter = (world: World) => Promise<void>;
