import { expect, type FrameLocator, type Page } from "@playwright/test";
import { formOf } from "./launch";

/** The values that an LMS shows for the gateway. */
export interface LmsKeys {
  issuer: string;
  clientId: string;
  deploymentId: string;
  keysetUrl: string;
  accessTokenUrl: string;
  authenticationUrl: string;
}

/** The values that the gateway shows for an LMS. */
export interface GatewayKeys {
  targetLinkUrl: string;
  loginUrl: string;
  redirectUrl: string;
  keysetUrl: string;
}

/** Those of a Moodle that isn't there. */
export const MOODLE: LmsKeys = {
  issuer: "https://moodle.contoso.example",
  clientId: "0aEVzPOYmhw5mJi",
  deploymentId: "1",
  keysetUrl: "https://moodle.contoso.example/mod/lti/certs.php",
  authenticationUrl: "https://moodle.contoso.example/mod/lti/auth.php",
  accessTokenUrl: "https://moodle.contoso.example/mod/lti/token.php",
};

export type Visitor = "Tess Teacher" | "Sam Student" | "Ada Admin";

/** The practice LMS, as its people use it. */
export class Lms {
  constructor(
    readonly page: Page,
    readonly address: string,
  ) {}

  async openToolSettings(): Promise<void> {
    await this.page.goto(`${this.address}/admin/tool`);
    await expect(this.page.getByRole("heading", { level: 1 })).toHaveText("Tool settings");
  }

  /** The values of "Tool configuration details". */
  async keys(): Promise<LmsKeys> {
    await this.openToolSettings();
    const value = (name: string) =>
      this.page.locator("dl > div", { has: this.page.getByText(name, { exact: true }) }).locator("code").innerText();
    return {
      issuer: await value("Platform ID"),
      clientId: await value("Client ID"),
      deploymentId: await value("Deployment ID"),
      keysetUrl: await value("Public keyset URL"),
      accessTokenUrl: await value("Access token URL"),
      authenticationUrl: await value("Authentication request URL"),
    };
  }

  async saveTool(gateway: Omit<GatewayKeys, "keysetUrl">): Promise<void> {
    await this.openToolSettings();
    await this.page.getByLabel("Tool URL").fill(gateway.targetLinkUrl);
    await this.page.getByLabel("Initiate login URL").fill(gateway.loginUrl);
    await this.page.getByLabel("Redirection URI(s)").fill(gateway.redirectUrl);
    await this.page.getByRole("button", { name: "Save changes" }).click();
    await expect(this.page.getByRole("status").filter({ hasText: "Changes saved." })).toBeVisible();
  }

  /** Enters the gateway's keyset, by which the LMS verifies what the gateway signs. */
  async savePublicKeyset(url: string): Promise<void> {
    await this.openToolSettings();
    await this.page.getByLabel("Public keyset").fill(url);
    await this.page.getByRole("button", { name: "Save changes" }).click();
    await expect(this.page.getByRole("status").filter({ hasText: "Changes saved." })).toBeVisible();
  }

  /** Asks the tool for content, as a teacher; what its frame shows. */
  async selectContent(): Promise<FrameLocator> {
    await this.page.getByRole("link", { name: "Select content" }).click();
    return this.page.frameLocator("iframe");
  }

  async openCourse(visitor: Visitor): Promise<void> {
    await this.page.goto(`${this.address}/course`);
    await this.page.getByRole("link", { name: visitor }).click();
    await expect(this.page.getByText(`You open it as ${visitor}.`)).toBeVisible();
  }

  /** Opens the activity in the course page; what its frame shows. */
  async launchInFrame(): Promise<FrameLocator> {
    await this.page.getByRole("link", { name: "Open on this page" }).click();
    return this.page.frameLocator("iframe");
  }

  /** Begins a launch as a frame of another browser; where that browser is sent to, still without having asked the LMS. */
  async launchOfOtherBrowser(): Promise<string> {
    const { action, fields } = formOf(await (await fetch(`${this.address}/launch?as=teacher`)).text());
    const answer = await fetch(action, { method: "POST", body: fields, headers: { "sec-fetch-dest": "iframe" }, redirect: "manual" });
    return answer.headers.get("location")!;
  }

  /** Shows an address where the activity's tool is. */
  async showInFrame(address: string): Promise<FrameLocator> {
    await this.page.goto(`${this.address}/course/activity?as=teacher`);
    await this.page.evaluate((url) => document.querySelector("iframe")!.setAttribute("src", url), address);
    return this.page.frameLocator("iframe");
  }

  async launchInWindow(): Promise<Page> {
    const opened = this.page.waitForEvent("popup");
    await this.page.getByRole("link", { name: "Open in a new window" }).click();
    return opened;
  }
}
