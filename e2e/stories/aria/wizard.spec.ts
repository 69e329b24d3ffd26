// The wizard for screen readers, up to the keys to copy; the rest: lms_keys.spec.ts.
import { expectAria } from "../../aria";
import { people } from "../../portal";
import { answerWith, FAILURE } from "../../problem";
import { expect, test } from "../../world";
import { FAILED, faults } from "./parts";
import { app, foot, head } from "./steps";

const PLATFORMS = ["Moodle", "Open LMS", "Canvas", "Canvas (beta)", "Canvas (test)", "Canvas (self-hosted)", "Blackboard", "D2L Brightspace", "Schoology Learning", "Sakai", "Open edX", "Other"];

const nameAndLms = (invalid = "", nameFault = "", platformFault = "") => `
      - text: Registration name
      - textbox "Registration name"${invalid}${nameFault}
      - paragraph: /^Only administrators and educators see it/
      - group "LMS platform":
        - /children: equal${PLATFORMS.map((name, place) => `
        - text: ${place === 0 ? `LMS platform ${name}` : name}
        - radio "${name}"`).join("")}${platformFault}`;

test("the app, the name and the LMS, with what is missing, and the keys to copy", async ({ page, portal }) => {
  const main = page.getByRole("main");
  const current = page.locator("[aria-current=step]");
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await portal.startRegistration();
  await expectAria(main, head(1, "Which app do you want to add?") + app() + foot(1));
  await expect(current).toHaveText([/App$/]);
  await portal.next();
  await expectAria(
    main,
    head(1, "Which app do you want to add?") +
      faults([["Choose an app", "app"]]) +
      app(`
        - paragraph: Choose an app`) +
      foot(1),
  );
  await expect(page.getByRole("alert")).toBeFocused();
  await portal.chooseApp("Launch inspector");

  const second = head(2, "Name it and choose your LMS");
  await expectAria(main, second + nameAndLms() + foot(2));
  await expect(current).toHaveText([/Name and LMS$/]);
  await portal.next();
  await expectAria(
    main,
    second +
      faults([["Registration name: Enter a value", "name"], ["Choose a platform", "platform"]]) +
      nameAndLms(" [invalid]", "\n      - paragraph: Enter a value", "\n        - paragraph: Choose a platform") +
      foot(2),
  );
  await expect(page.getByLabel("Registration name")).toHaveAccessibleDescription(/^Enter a value Only administrators/);

  await portal.nameAndChooseLms("Practice LMS", "Canvas");
  const firewall = (lms: string) => `
      - group: If ${lms} is behind a firewall`;
  await expectAria(
    main,
    `${head(3, "Copy the gateway keys into Canvas")}
      - heading "In Canvas, in another tab" [level=2]
      - list:
        - listitem: /Developer Keys/
        - listitem: /Paste JSON/
      - region "Configuration for Canvas":
        - /children: equal
        - heading "Configuration for Canvas" [level=2]
        - button "Copy JSON"
        - text: /^\\{.*"target_link_uri".*\\}$/
      - group: Enter the values one by one instead${firewall("Canvas")}${foot(3)}`,
  );
  await expect(page.locator("pre"), "who can only use a keyboard scrolls in it").toHaveAttribute("tabindex", "0");

  await page.getByRole("link", { name: "Back" }).click();
  await portal.nameAndChooseLms("Practice LMS", "Moodle");
  const copied = (name: string, ours = "") => `
        - text: ${name}${ours && ` ${ours}`}
        - textbox "${name}${ours && ` ${ours}`}"
        - button "Copy ${name}"`;
  const moodle = `${head(3, "Copy the gateway keys into Moodle")}
      - heading "In Moodle, in another tab" [level=2]
      - list:
        - listitem: /Manage tools/
      - region "Fields in Moodle":
        - /children: equal
        - heading "Fields in Moodle" [level=2]
        - button "Copy all as text"${copied("Tool URL", "Target link URL")}${copied("Public keyset", "JWKS URL")}${copied(
          "Initiate login URL",
          "OpenID Connect login URL",
        )}${copied("Redirection URI(s)", "Redirect URL")}${copied("Custom parameters")}${copied("Content Selection URL", "Deep linking URL")}${copied(
          "Secure icon URL",
          "Icon URL",
        )}
      - region "Settings in Moodle":
        - heading "Settings in Moodle" [level=2]
        - term: LTI version
        - definition: LTI 1.3
        - term: Public key type
        - definition: Keyset URL`;
  await expectAria(main, moodle + firewall("Moodle") + foot(3));
  await expect(current).toHaveText([/Gateway keys$/]);
  await page.getByText("If Moodle is behind a firewall").click();
  await expectAria(
    main,
    `${moodle}
      - group:
        - /children: equal
        - text: If Moodle is behind a firewall
        - paragraph
        - text: User-Agent
        - textbox "User-Agent"
        - button "Copy User-Agent"${foot(3)}`,
  );

  await answerWith(page, /platforms$/, FAILURE);
  await page.reload();
  await expectAria(
    main,
    `
    - main:
      - paragraph: Add new registration
      - navigation "Steps"
      - heading "This couldn’t be loaded" [level=1]${FAILED}
  `,
  );
});
