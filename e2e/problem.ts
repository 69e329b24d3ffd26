// Answers that the gateway gives only in bad times, put in its place.
import { expect, type Locator, type Page, type Route } from "@playwright/test";

interface Fault {
  detail: string;
  pointer: string;
}

/** An error answer as the contract has it (RFC 9457). */
export function problem(status: number, code: string, detail: string, errors: Fault[] = []): Parameters<Route["fulfill"]>[0] {
  const body = { type: "about:blank", title: code, status, detail, code, requestId: "5f0c6d0e", errors };
  return { status, contentType: "application/problem+json", body: JSON.stringify(body) };
}

/** The gateway's own fault. */
export const FAILURE = problem(500, "internal", "The gateway had a problem.");

/** A place says that this fault was in its way, with the number for support; what tries again comes out. */
export async function expectFailure(page: Page, what: string): Promise<Locator> {
  const alert = page.getByRole("alert");
  await expect(alert, what).toContainText("Something went wrong. Try again later.");
  await expect(alert, `${what}: for support`).toContainText("5f0c6d0e");
  return alert.getByRole("button", { name: "Try again" });
}

/** The answer of a check that found nothing. */
export const NOTHING_WRONG = { json: { findings: [], passed: true } };

/** From now on requests to this path of the API are answered so; the way back is what comes out. */
export async function answerWith(page: Page, path: RegExp, answer: Parameters<Route["fulfill"]>[0], method = "GET"): Promise<() => Promise<void>> {
  const matches = (url: URL) => url.pathname.startsWith("/api/v1/") && path.test(url.pathname);
  await page.route(matches, (route) => (route.request().method() === method ? route.fulfill(answer) : route.fallback()));
  return () => page.unroute(matches);
}

/** From now on what the gateway answers to this path is changed on its way; the way back is what comes out. */
export async function changeAnswer<Answer>(page: Page, path: RegExp, change: (answer: Answer) => unknown): Promise<() => Promise<void>> {
  const matches = (url: URL) => url.pathname.startsWith("/api/v1/") && path.test(url.pathname);
  await page.route(matches, async (route) => {
    if (route.request().method() !== "GET") return route.fallback();
    const response = await route.fetch();
    await route.fulfill({ response, json: change((await response.json()) as Answer) });
  });
  return () => page.unroute(matches);
}

/** From now on requests to this path of the API wait, until what comes out is called. */
export async function hold(page: Page, path: RegExp): Promise<() => Promise<void>> {
  const matches = (url: URL) => url.pathname.startsWith("/api/v1/") && path.test(url.pathname);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(matches, async (route) => {
    await released;
    await route.fallback();
  });
  return async () => {
    release();
    await page.unroute(matches);
  };
}

/** Does something while an answer is another one. */
export async function during(change: Promise<() => Promise<void>>, act: () => Promise<void>): Promise<void> {
  const restore = await change;
  await act();
  await restore();
}

/** From now on the identity provider answers sign-ins with an error. */
export async function refuseSignIn(page: Page, error: string, description: string): Promise<void> {
  await page.route(/\/oauth2\/v2\.0\/authorize\?/, async (route) => {
    const asked = new URL(route.request().url()).searchParams;
    const answer = new URLSearchParams({ error, error_description: description, state: asked.get("state")! });
    await route.fulfill({ status: 302, headers: { location: `${asked.get("redirect_uri")}#${answer}` } });
  });
}
