// Parts of snapshots that several pages have.

/** In the place of what the gateway failed at. */
export const FAILED = `
      - alert:
        - /children: equal
        - text: Something went wrong. Try again later. (Request 5f0c6d0e)
        - button "Try again"`;

/** Faults above a form, each of which leads to its field. */
export function faults(list: [text: string, id: string][]): string {
  const links = list.map(
    ([text, id]) => `
          - listitem:
            - 'link "${text}"':
              - /url: "#${id}"`,
  );
  return `
      - alert:
        - /children: equal
        - strong: ${list.length} ${list.length === 1 ? "value needs" : "values need"} a change before you can go on.
        - list:
          - /children: equal${links.join("")}`;
}

/** The way back to a list; the last entry is the page itself. */
export function breadcrumb(name: string, path: string, ...here: string[]): string {
  return `
      - navigation "Breadcrumb":
        - /children: equal
        - list:
          - /children: equal
          - listitem:
            - /children: equal
            - link "${name}":
              - /url: ${path}${here.map((place) => `
          - listitem: ${place}`).join("")}`;
}
