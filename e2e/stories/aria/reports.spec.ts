// Problem reports for screen readers: the form, the lists of those who see them, and one with its answers.
import { expectAria } from "../../aria";
import { launchToken } from "../../launch";
import { people } from "../../portal";
import { expect, test } from "../../world";
import { breadcrumb, faults } from "./parts";

const SUMMARY = "Colleagues can’t sign in";

/** The form; `[invalid]` and what is missing, where something is. */
const form = ({ above = "", category = "", text = "", reference = "/^The error page shows it/", consent = "", diagnostics = "" } = {}) => {
  const missing = (fault: string) => fault && `
      - paragraph: ${fault}`;
  const invalid = (fault: string) => (fault ? " [invalid]" : "");
  return `
    - main:
      - /children: equal${breadcrumb("Problem reports", "/reports", "New report")}
      - heading "Report a problem" [level=1]
      - paragraph${above}
      - text: Launch reference (optional)
      - textbox "Launch reference (optional)"
      - paragraph: ${reference}
      - text: What is it about?
      - combobox "What is it about?"${invalid(category)}:
        - /children: equal
        - option "Choose one"
        - option "An app doesn’t open from the LMS"
        - option "Registering an app"
        - option "Signing in"
        - option "Something else"${missing(category)}
      - text: Summary
      - textbox "Summary"${invalid(text)}${missing(text)}
      - paragraph: /^For example/
      - text: What happened, and what did you expect?
      - textbox "What happened, and what did you expect?"${invalid(text)}${missing(text)}
      - paragraph: /^Please leave out passwords/
      - text: Answer to (optional)
      - textbox "Answer to (optional)"
      - paragraph: /^An e-mail address/
      - checkbox "Send the diagnostics of this launch"${consent}
      - text: Send the diagnostics of this launch
      - paragraph
      - button "Send report"
      - link "Cancel":
        - /url: /reports
      - region "What will be sent":
        - /children: equal
        - heading "What will be sent" [level=2]
        - term: Browser
        - definition: /^Chrome \\d+, /
        - term: Portal
        - definition${diagnostics || `
        - paragraph: No details of a launch.`}
        - paragraph: /^Not sent/
  `;
};

/** The list, with what only some see of it. */
const list = (title: string, { add = '\n      - link "Report a problem"', whose = "", column = "Reporter", row = "" } = {}) => `
    - main:
      - /children: equal
      - heading "${title}" [level=1]
      - paragraph${add}
      - button "Refresh"
      - text: Search reports
      - searchbox "Search reports"
      - group "Filters":
        - /children: equal${whose}
        - text: Status
        - combobox "Status":
          - /children: equal
          - 'option "Status: All" [selected]'
          - 'option "Status: Open"'
          - 'option "Status: In progress"'
          - 'option "Status: Resolved"'
        - text: Subject
        - combobox "Subject":
          - /children: equal
          - 'option "Subject: All" [selected]'
          - 'option "Subject: An app doesn’t open from the LMS"'
          - 'option "Subject: Registering an app"'
          - 'option "Subject: Signing in"'
          - 'option "Subject: Something else"'
      - table "Problem reports":
        - caption
        - rowgroup:
          - /children: equal
          - row:
            - /children: equal
            - columnheader "Number"
            - columnheader "Problem"
            - columnheader "${column}"
            - columnheader "Last change"
            - columnheader "Status"
        - rowgroup:
          - /children: equal
          - row:
            - /children: equal
            - rowheader:
              - link /^\\d{4}-\\d{4}$/
            - cell "${SUMMARY} Signing in"
            - cell "${column === "Organization" ? "Contoso University" : people.educator}"
            - cell:
              - time
            - cell "${row}"
      - text: 1 report
      - status: 1 report
  `;

const whose = (legend: string, some: string) => `
        - group "${legend}":
          - /children: equal
          - text: ${legend}
          - radio "All reports" [checked]
          - text: All reports
          - radio "${some}"
          - text: ${some}`;

/** One report: what was written, what was answered, and for support staff its status. */
const report = (state: string, answers: string, decision = "", notice = "\n      - status", fault = "") => `
    - main:
      - /children: equal${breadcrumb("Problem reports", "/reports", "/^\\d{4}-\\d{4}$/")}${notice}
      - heading "${SUMMARY}" [level=1]
      - text: /^${state} \\d{4}-\\d{4} ·/
      - time
      - region "What happened, and what did you expect?":
        - /children: equal
        - heading "What happened, and what did you expect?" [level=2]
        - paragraph: Since Monday
      - region "Answers":
        - /children: equal
        - heading "Answers" [level=2]${answers}
        - text: Your answer
        - textbox "Your answer"${fault && ` [invalid]
        - paragraph: ${fault}`}
        - paragraph: /^Please leave out passwords/
        - button "Send answer"${decision}
      - region "Details":
        - heading "Details" [level=2]
        - term: What is it about?
        - definition: Signing in
        - term: Reporter
        - definition: ${people.educator}
        - term: Organization
        - definition: Contoso University
  `;

test("a report: the form with what is missing, sent, read and answered, and the lists of everybody who sees it", async ({ page, portal, servers }) => {
  test.slow();
  await launchToken(servers.gateway, servers.lms);
  const main = page.getByRole("main");
  await portal.signIn(people.educator);
  await page.getByRole("link", { name: "Problem reports" }).click();
  await expectAria(
    main,
    `
    - main:
      - /children: equal
      - heading "My reports" [level=1]
      - paragraph
      - link "Report a problem"
      - button "Refresh"
      - text: Search reports
      - searchbox "Search reports"
      - group "Filters"
      - heading "There are no reports yet" [level=2]
      - status: 0 reports
  `,
  );

  await page.getByRole("link", { name: "Report a problem" }).click();
  await expectAria(main, form());
  await page.getByRole("button", { name: "Send report" }).click();
  const missing = faults([
    ["What is it about? Say what the report is about.", "category"],
    ["Summary: A value is needed here.", "summary"],
    ["What happened, and what did you expect? A value is needed here.", "description"],
  ]);
  await expectAria(main, form({ above: missing, category: "Say what the report is about.", text: "A value is needed here." }));
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel("What is it about?")).toHaveAccessibleDescription("Say what the report is about.");
  await expect(page.getByLabel("Summary")).toHaveAccessibleDescription(/^A value is needed here. For example/);

  await page.getByLabel("What is it about?").selectOption({ label: "Signing in" });
  await page.getByLabel("Summary").fill(SUMMARY);
  await page.getByLabel("What happened, and what did you expect?").fill("Since Monday");
  await page.getByRole("button", { name: "Send report" }).click();
  await expectAria(
    main,
    `
    - main:
      - /children: equal${breadcrumb("Problem reports", "/reports", "New report")}
      - heading "Your report was sent" [level=1]
      - paragraph
      - text: Number
      - textbox "Number": /^\\d{4}-\\d{4}$/
      - button "Copy Number"
      - link "Follow this report"
      - link "Problem reports"
  `,
  );
  await page.getByRole("link", { name: "Follow this report" }).click();
  await expectAria(
    main,
    report(
      "Open",
      `
        - paragraph: Nobody has answered yet.`,
    ),
  );

  await portal.switchTo(people.support);
  await expectAria(main, list("Problem reports", { add: "", whose: whose("Delivery to the support desk", "Not delivered"), column: "Organization", row: "Open" }));
  await page.getByRole("row", { name: SUMMARY }).getByRole("link").click();
  await page.getByRole("button", { name: "Send answer" }).click();
  const decision = (chosen: string) => `
      - region "Status":
        - /children: equal
        - heading "Status" [level=2]
        - group "Status":
          - /children: equal${["Open", "In progress", "Resolved"].map((state) => `
          - button "${state}" [pressed=${state === chosen}]`).join("")}`;
  await expectAria(
    main,
    report(
      "Open",
      `
        - paragraph: Nobody has answered yet.`,
      decision("Open"),
      undefined,
      "Enter a value",
    ),
  );
  await expect(page.getByLabel("Your answer")).toHaveAccessibleDescription(/^Enter a value Please leave out/);
  await expect(page.getByLabel("Your answer")).toBeFocused();
  await page.getByLabel("Your answer").fill("The accounts had no role.");
  await page.getByRole("button", { name: "Send answer" }).click();
  await expect(portal.status("Your answer was sent.")).toBeVisible();
  await page.getByRole("button", { name: "Resolved" }).click();
  const answers = `
        - list:
          - /children: equal
          - listitem:
            - paragraph:
              - strong: ${people.support} (support)
              - text: ·
              - time
            - paragraph: The accounts had no role.
          - listitem:
            - text: ${people.support} set the status to Resolved ·
            - time`;
  const told = `
      - status:
        - /children: equal
        - strong: "The status is now: Resolved."
        - button "Dismiss message"`;
  await expectAria(main, report("Resolved", answers, decision("Resolved"), told));

  await portal.switchTo(people.admin);
  await page.getByRole("link", { name: "Problem reports" }).click();
  await expectAria(main, list("Problem reports", { whose: whose("Whose reports", "My reports"), row: "Resolved" }));
  await portal.open("/reports/0196f2c4-7a31-7c52-9d0e-000000000000");
  await expectAria(
    main,
    `
    - main:
      - /children: equal${breadcrumb("Problem reports", "/reports")}
      - status
      - heading "This report doesn’t exist" [level=1]
      - paragraph
  `,
  );

  await portal.open("/launches");
  await page.getByRole("link", { name: "View launch" }).click();
  await page.getByRole("main").getByRole("link", { name: "Report a problem" }).click();
  await page.getByText("What the gateway checked").click();
  const value = (name: string, text = "/./") => `
        - term: ${name}
        - definition: ${text}`;
  await expectAria(
    main,
    form({
      reference: "/^Found/",
      consent: " [checked]",
      diagnostics: `${value("Reference")}
        - term: Time
        - definition:
          - time${value("Registration", "Practice LMS")}${value("App")}${value("LMS")}${value("Message")}${value("Gateway")}
        - group:
          - /children: equal
          - text: What the gateway checked
          - list:
            - listitem:
              - 'heading "Passed: Login" [level=3]'
              - paragraph: Every required parameter is present.`,
    }),
  );
});
