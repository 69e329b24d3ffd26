// The wizard's last steps for screen readers: the LMS's keys, their check, and the saved registration.
import { expectAria } from "../../aria";
import { checked } from "../../full";
import { people } from "../../portal";
import { answerWith, FAILURE, hold } from "../../problem";
import { expect, test } from "../../world";
import { FAILED, faults } from "./parts";
import { app, foot, head } from "./steps";

/** A field for a key of the LMS: its name there and ours, what is wrong with it, and where it is found. */
const field = (name: string, invalid = "", between = "") => `
      - text: ${name}
      - textbox "${name}"${invalid}${invalid && `
      - paragraph: Enter a value`}${between}
      - paragraph: /View configuration details/`;

const lmsKeys = (invalid = "", prefilled = "", afterIssuer = "\n      - status", more = "") =>
  [
    field("Platform ID Issuer", prefilled ? "" : invalid, afterIssuer),
    field("Client ID", invalid),
    field("Deployment ID (optional)", "", more),
    `
      - button "Add another deployment ID"`,
    field(`Public keyset URL Keyset URL${prefilled}`, prefilled ? "" : invalid),
    field(`Access token URL (optional)${prefilled}`),
    field(`Authentication request URL Authentication URL${prefilled}`, prefilled ? "" : invalid),
  ].join("");

test("the LMS's keys with what is missing, their check, what was saved, and the registration that takes its place", async ({ page, portal, lms }) => {
  const keys = await lms.keys();
  const main = page.getByRole("main");
  const current = page.locator("[aria-current=step]");
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await portal.nameAndChooseLms("Practice LMS", "Moodle");
  await portal.next();
  const fourth = head(4, "Enter the keys that Moodle shows");
  const closed = `
      - group: More settings${foot(4, "Check the keys")}`;
  await expectAria(main, fourth + lmsKeys() + closed);
  await expect(current).toHaveText([/LMS keys$/]);

  await page.getByRole("button", { name: "Check the keys" }).click();
  const missing: [string, string][] = [
    ["Platform ID: Enter a value", "issuer"],
    ["Client ID: Enter a value", "client-id"],
    ["Public keyset URL: Enter a value", "keyset-url"],
    ["Authentication request URL: Enter a value", "authentication-url"],
  ];
  await expectAria(main, fourth + faults(missing) + lmsKeys(" [invalid]") + closed);
  await expect(page.getByRole("alert")).toBeFocused();
  const issuer = page.getByRole("textbox", { name: "Platform ID" });
  await expect(issuer).toHaveAccessibleDescription(/^Enter a value Site administration/);

  await issuer.fill("https://moodle.contoso.example/");
  await page.getByRole("button", { name: "Add another deployment ID" }).click();
  await page.getByText("More settings").click();
  const slash = `
      - status:
        - /children: equal
        - paragraph:
          - text: /^This ends in a slash/
          - button "Remove the slash"`;
  const second = `
      - textbox "Deployment ID 2"
      - button "Remove deployment ID 2"`;
  const checkbox = (name: string) => `
        - checkbox "${name}"
        - text: ${name}
        - paragraph`;
  await expectAria(
    main,
    `${fourth}${faults(missing)}${lmsKeys(" [invalid]", " Prefilled", slash, second)}
      - group:
        - /children: equal
        - text: More settings${checkbox("Approve new deployments automatically")}${checkbox("Allow anonymous launches")}${foot(4, "Check the keys")}`,
  );
  await expect(issuer).toHaveAccessibleDescription(/^This ends in a slash/);
  await expect(page.getByRole("checkbox", { name: "Approve new deployments automatically" })).toHaveAccessibleDescription(/^For LMSs that create/);

  await page.reload();
  await expectAria(
    main,
    `${fourth}
      - text: You’re back where you left off.
      - button "Start over"${lmsKeys("", " Prefilled", slash, second)}${closed}`,
  );

  await page.getByRole("button", { name: "Remove deployment ID 2" }).click();
  await portal.enterLmsKeys(keys);
  const told = await answerWith(page, /registrations\/check$/, checked("error", "warning", "info"), "POST");
  const release = await hold(page, /registrations\/check$/);
  await portal.checkKeys();
  await expectAria(
    page.getByRole("region", { name: "Check" }),
    `
    - region "Check":
      - /children: equal
      - heading "Check" [level=2]
      - button "Checking the keys…" [disabled]
      - status:
        - /children: equal
        - paragraph: Checking the keys…
  `,
  );
  await release();
  const item = (heading: string, remedy: string) => `
            - listitem:
              - /children: equal
              - 'heading "${heading}" [level=3]'
              - paragraph: ${remedy}`;
  const information = item("Note: The keyset was fetched and has 1 key that can be used.", "Nothing needs to be done.");
  const check = (list: string, rest = "") => `${head(5, "Check and save")}
      - region "Check":
        - /children: equal
        - heading "Check" [level=2]
        - button "Check again"
        - status:
          - /children: equal
          - list:
            - /children: equal${list}${rest}
      - region "App and LMS":
        - /children: equal
        - heading "App and LMS" [level=2]
        - link "Change app and LMS":
          - /url: /registrations/new?step=name
        - term: Registration name
        - definition: Practice LMS
        - term: App
        - definition: Launch inspector
        - term: LMS platform
        - definition: Moodle
      - region "LMS keys":
        - /children: equal
        - heading "LMS keys" [level=2]
        - link "Change LMS keys":
          - /url: /registrations/new?step=lms-keys
        - term: Issuer
        - definition: ${keys.issuer}
        - term: Client ID
        - definition: ${keys.clientId}
        - term: Keyset URL
        - definition: ${keys.keysetUrl}
        - term: Authentication URL
        - definition: ${keys.authenticationUrl}
        - term: Access token URL
        - definition: ${keys.accessTokenUrl}
        - term: Deployment ID
        - definition: "1"${foot(5, "Save registration")}`;
  await expectAria(
    main,
    check(
      item("Error: The keyset URL answered with HTTP status 404.", "/^Compare the keyset URL/") + item("Warning: The issuer ends in a slash.", "/must match exactly/") + information,
      `
          - text: /^Launches won’t work until the errors are fixed/`,
    ),
  );
  await expect(current).toHaveText([/Check and save$/]);
  await told();
  await answerWith(page, /registrations\/check$/, checked("info"), "POST");
  await page.getByRole("button", { name: "Check again" }).click();
  await expectAria(main, check(item("Passed: The keys work", "The gateway reached your LMS and found nothing to change.") + information));

  const failing = await answerWith(page, /registrations\/check$/, FAILURE, "POST");
  await page.getByRole("button", { name: "Check again" }).click();
  await expectAria(
    page.getByRole("region", { name: "Check" }),
    `
    - region "Check":
      - /children: equal
      - heading "Check" [level=2]
      - status${FAILED}
  `,
  );
  await failing();

  await portal.save();
  await expectAria(
    main,
    `
    - main:
      - /children: equal
      - status:
        - /children: equal
        - strong: Registration saved.
        - text: Open the app once from a course to see that it works.
        - button "Dismiss message"
      - heading "Practice LMS" [level=1]
      - paragraph: Launch inspector in Moodle
      - heading "What’s next" [level=2]
      - list:
        - /children: equal
        - listitem:
          - heading "Open it once from a course" [level=3]
          - paragraph
      - link "View registration"
      - link "Add another app to this LMS"
      - link "Back to registrations"
      - region "Summary":
        - heading "Summary" [level=2]
        - term: App
        - definition: Launch inspector
        - term: Issuer
        - definition: ${keys.issuer}
        - term: Deployment ID
        - definition: "1"
  `,
  );

  const mended = await answerWith(page, /registrations\/[^/]+$/, FAILURE);
  await page.reload();
  await expectAria(
    main,
    `
    - main:
      - /children: equal
      - status
      - heading "This couldn’t be loaded" [level=1]${FAILED}
  `,
  );
  await mended();
  await page.getByRole("button", { name: "Try again" }).click();

  await page.getByRole("link", { name: "View registration" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Delete and add again" }).click();
  await expectAria(
    main,
    `${head(1, "Which app do you want to add?", "Delete and add again")}
      - strong: “Practice LMS” stays in use until you save.
      - text: /^Then this registration takes its place/${app("", " [checked]")}${foot(1)}`,
  );
});
