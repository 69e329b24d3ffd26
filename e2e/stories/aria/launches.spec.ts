// The launches for screen readers: the list with its chart, and one launch with its checks.
import { expectAria } from "../../aria";
import { launch, launchToken } from "../../launch";
import { people } from "../../portal";
import { answerWith, FAILURE } from "../../problem";
import { expect, test } from "../../world";
import { breadcrumb, FAILED } from "./parts";

/** Above the list: the chart, and how the list is narrowed. */
const head = (accepted: number, refused: number, numbers = ": Show the numbers as a table", fault = "", choices = "") => `
    - main:
      - /children: equal
      - heading "Launches" [level=1]
      - paragraph
      - region "Last 14 days":
        - /children: equal
        - heading "Last 14 days" [level=2]
        - text: ${accepted} accepted ${refused} refused
        - figure:
          - /children: equal
          - 'img /^Launches a day, .* to .*: ${accepted} accepted, ${refused} refused\\.$/'
          - group${numbers}${commands(fault, choices)}`;

const commands = (fault = "", choices = "") => `
      - group "Outcome":
        - /children: equal
        - text: Outcome
        - radio "All" [checked]
        - text: All
        - radio "Refused"
        - text: Refused
        - radio "Accepted"
        - text: Accepted
      - search:
        - /children: equal
        - text: Find a reference
        - searchbox "Find a reference"
        - button "Find"${fault}
      - group "Filters":
        - /children: equal
        - text: Registration
        - combobox "Registration"${choices || " [expanded=false]"}
        - text: Time
        - combobox "Time"
        - button "Refresh"`;

const row = (outcome: string, reason: string) => `
          - row:
            - /children: equal
            - rowheader:
              - link /^\\w{4}-\\w{4}-\\w{4}$/
            - cell:
              - time
            - cell "Practice LMS Launch inspector"
            - cell "${outcome}"
            - cell ${reason}
            - cell:
              - /children: equal
              - link /^View launch \\w{4}-\\w{4}-\\w{4}$/`;

const table = (rows: string) => `
      - table "Launches, newest first":
        - caption
        - rowgroup:
          - /children: equal
          - row:
            - /children: equal
            - columnheader "Reference"
            - columnheader "Time"
            - columnheader "Registration"
            - columnheader "Outcome"
            - columnheader "Reason"
            - columnheader "Actions"
        - rowgroup:
          - /children: equal${rows}
      - text: /^\\d launch(es)?$/
      - status: /^\\d launch(es)?$/
  `;

/** A launch: where it is, how it ended, its checks, its reference, and whose it is. */
const details = (title: string, outcome: string, counts: string, checks: string, facts: string) => `
    - main:
      - /children: equal${breadcrumb("Launches", "/launches", "/^\\w{4}-\\w{4}-\\w{4}$/")}
      - heading "${title}" [level=1]
      - text: ${outcome} Practice LMS ·
      - time
      - link "Report a problem"
      - region "What the gateway checked":
        - /children: equal
        - heading "What the gateway checked" [level=2]
        - text: ${counts}
        - list:${checks}
      - region "Reference":
        - /children: equal
        - heading "Reference" [level=2]
        - text: Reference
        - textbox "Reference"
        - button "Copy Reference"
        - paragraph
      - region "Launch":
        - /children: equal
        - heading "Launch" [level=2]
        - term: Registration
        - definition:
          - link "Practice LMS"
        - term: App
        - definition: Launch inspector
        - term: LMS
        - definition: Moodle
        - term: Message
        - definition: ${facts}
  `;

const passed = (stage: string, rule: string) => `
          - listitem:
            - 'heading "Passed: ${stage}" [level=3]'
            - paragraph: ${rule}`;

/** A rule with text of the LMS behind it. */
const withCode = (rule: string, code: string) => `
              - text: ${rule}
              - code: "${code}"`;

const notReached = (stage: string) => `
          - listitem:
            - 'heading "Not reached: ${stage}" [level=3]'
            - paragraph`;

test("the list with its chart and numbers, the choices of a filter, cards, and the launches themselves", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  // Another deployment than the token will have.
  await launch(servers.lms, { lti_deployment_id: "2" });
  await portal.signIn(people.admin);
  const main = page.getByRole("main");
  await portal.open("/launches");
  const rows = table(row("Refused", "/^Some details from LMS aren't valid launch_invalid\\.deployment_mismatch$/") + row("Accepted", '"–"'));
  await expectAria(main, head(1, 1) + rows);

  await page.getByText("Show the numbers as a table").click();
  await page.getByRole("button", { name: "Find" }).click();
  const registration = page.getByRole("combobox", { name: "Registration" });
  await registration.click();
  const numbers = `:
            - /children: equal
            - text: Show the numbers as a table
            - group "Launches a day":
              - table "Launches a day":
                - rowgroup:
                  - row:
                    - /children: equal
                    - columnheader "Day"
                    - columnheader "Accepted"
                    - columnheader "Refused"
                - rowgroup:
                  - row:
                    - rowheader
                    - cell "0"
                    - cell "0"
                  - row:
                    - rowheader
                    - cell "1"
                    - cell "1"`;
  const fault = `
        - alert:
          - paragraph: /^A reference has three groups/`;
  const choices = ` [expanded]
        - listbox "Registration":
          - /children: equal
          - 'option "Registration: All" [selected]'
          - option /^Practice LMS 127/
        - status`;
  await expectAria(main, head(1, 1, numbers, fault, choices) + rows);
  await expect(page.getByRole("searchbox", { name: "Find a reference" })).toHaveAccessibleDescription(/^A reference has three groups/);
  await expect(registration).toHaveAttribute("aria-activedescendant", await page.getByRole("option", { name: "Registration: All" }).getAttribute("id").then(String));
  await page.keyboard.press("Escape");

  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 640 });
  await expectAria(main, head(1, 1, numbers, fault) + rows);
  await page.setViewportSize(size);

  await page.getByRole("link", { name: "View launch" }).first().click();
  await expectAria(
    main,
    details(
      "Some details from LMS aren't valid",
      "Refused",
      "/^\\d+ passed, 1 failed, \\d+ not reached$/",
      `${passed("Login", "Every required parameter is present.")}${passed("Signature", "The signature was made by the named key of the LMS.")}
          - listitem:
            - /children: equal
            - 'heading "Failed: Deployment" [level=3]'
            - paragraph: /^Passed. deployment_id is present/
            - paragraph: deployment_id is the one that was named at login.
            - term: Expected
            - definition:
              - code: "2"
            - term: Received
            - definition:
              - code: "1"
            - strong: What to do
            - paragraph${notReached("Hand-over to the app")}`,
      `–
        - term: Error code
        - definition: launch_invalid.deployment_mismatch`,
    ),
  );
  await expect(page.locator("main [aria-current=page]")).toHaveText(/^\w{4}-\w{4}-\w{4}$/);
  await page.goBack();
  await page.getByRole("link", { name: "View launch" }).last().click();
  await expectAria(
    main,
    details(
      "The launch went through",
      "Accepted",
      "/^\\d+ passed$/",
      passed("Login", "Every required parameter is present.") + passed("Deployment", withCode("The deployment is approved in the registration.", "1")) + passed("Hand-over to the app", "/./"),
      "Resource link",
    ),
  );
});

test("a list without a launch, a reference that no launch has, and launches that can’t be had", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const main = page.getByRole("main");
  await page.getByRole("link", { name: "Launches" }).click();
  await expectAria(
    main,
    `${head(0, 0)}
      - heading "No launches yet" [level=2]
      - paragraph
      - status: 0 launches
  `,
  );
  await page.getByRole("group", { name: "Outcome" }).getByText("Refused").click();
  await expectAria(
    main,
    `
    - main:
      - heading "No launches match these filters" [level=2]
      - paragraph
      - button "Clear search and filters"
      - status: 0 launches
  `,
  );

  await portal.open("/launches/5TFA-R7YN-2K8Q");
  const unknown = `
    - main:
      - /children: equal${breadcrumb("Launches", "/launches", "5TFA-R7YN-2K8Q")}`;
  await expectAria(
    main,
    `${unknown}
      - heading "No launch has this reference" [level=1]
      - paragraph
      - heading "Look up another reference" [level=2]
      - search:
        - searchbox "Find a reference"
        - button "Find"
  `,
  );
  await answerWith(page, /launches(\/.*)?$/, FAILURE);
  await page.reload();
  await expectAria(
    main,
    `${unknown}
      - heading "This couldn’t be loaded" [level=1]${FAILED}
  `,
  );
  await portal.open("/launches");
  await expectAria(
    main,
    `
    - main:
      - heading "Launches" [level=1]
      - paragraph
      - paragraph: The chart couldn’t be loaded.
      - button "Load the chart again"${commands()}${FAILED}
  `,
  );
  await page.route("**/assets/rest-*.wasm", (route) => route.abort());
  await page.reload();
  await expectAria(
    main,
    `
    - main:
      - /children: equal
      - heading "This couldn’t be loaded" [level=1]
      - alert:
        - text: /^The gateway can’t be reached/
        - button "Try again"
  `,
  );
});
