// The common parts of the wizard's steps.

const STEPS = [
  ["App", "app"],
  ["Name and LMS", "name"],
  ["Gateway keys", "gateway-keys"],
  ["LMS keys", "lms-keys"],
  ["Check and save", "check"],
] as const;

/** The part above a step: the steps, of which those that are done can be gone back to, and the heading. */
export const head = (number: number, heading: string, title = "Add new registration") => `
    - main:
      - /children: equal
      - paragraph: ${title}
      - link "Leave; what you entered is kept in this tab":
        - /url: /registrations
      - navigation "Steps":
        - /children: equal
        - list:
          - /children: equal${STEPS.map(([name, slug], place) =>
            place + 1 < number
              ? `
          - listitem:
            - /children: equal
            - link "${name} (done)":
              - /url: /registrations/new?step=${slug}`
              : `
          - listitem: ${name}`,
          ).join("")}
      - 'heading "Step ${number} of 5: ${heading}" [level=1]'
      - paragraph`;

/** The part below a step. */
export const foot = (number: number, next = "Next") => `${number === 1 ? "" : `
      - link "Back":
        - /url: /registrations/new?step=${STEPS[number - 2]![1]}`}
      - button "${next}"
      - link "Cancel":
        - /url: /registrations
      - text: Kept in this tab, also after a reload
  `;

/** The only app, which is chosen or not; and what is wrong with the choice. */
export const app = (more = "", chosen = "") => `
      - group "App":
        - /children: equal
        - text: /^App Launch inspector/
        - radio /^Launch inspector Shows the launch/${chosen}${more}`;
