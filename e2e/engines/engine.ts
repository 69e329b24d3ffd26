// A browser engine, as far as the table of docs/browsers.md needs one: a page, the tool's frame in it, and the window that a click opens.

/** Where something is shown: in the tool's frame, or in the window that was opened last. */
export type Place = "frame" | "window";

export interface Engine {
  /** Opens an address in a fresh tab; tabs of before are closed. */
  visit(address: string): Promise<void>;
  /** All text of the document, hidden text too. Empty while it loads or isn't there. */
  text(place: Place): Promise<string>;
  /** Presses a button as a person does. */
  press(place: Place, button: string): Promise<void>;
  close(): Promise<void>;
}

/** The tool's frame in the practice LMS. */
export const FRAME = "contentframe";

export const READ = "document.readyState === 'complete' ? document.title + '\\n' + document.body.textContent : ''";

export function buttonCalled(name: string): string {
  return `//button[normalize-space()=${JSON.stringify(name)}]`;
}

/** The result of the reading, or nothing: a document may go away while it is read, and the answer may then never come. */
export async function orNothing(reading: Promise<unknown> | undefined): Promise<string> {
  const late = new Promise<string>((later) => setTimeout(later, 1_000, ""));
  return String((await Promise.race([reading?.catch(() => ""), late])) ?? "");
}
