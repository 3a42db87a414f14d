/** What a page must not do: run foreign code, break its policy, or complain. */
import { type Page, expect } from "@playwright/test";

interface Watch {
  /** Fails where a payload ran, the policy was broken or the page complained, but for what matches `expected`. */
  clean(expected?: RegExp): Promise<void>;
}

/** Sets `window.__xss` as the payloads' trap, and notes dialogs, policy violations and errors from now on. */
export async function watch(page: Page): Promise<Watch> {
  const noted: string[] = [];
  page.on("dialog", (dialog) => {
    noted.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => noted.push(`an error: ${error.message}`));
  page.on("popup", (popup) => noted.push(`a window: ${popup.url()}`));
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) noted.push(`the policy: ${message.text()}`);
  });
  await page.exposeFunction("__xss", (...what: unknown[]) => void noted.push(`a payload ran: ${what.join(" ")}`));
  await page.exposeFunction("__violated", (what: string) => void noted.push(`the policy was broken: ${what}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      (window as any).__violated(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile ?? ""}:${event.lineNumber}`,
      );
    });
  });
  return { clean: async (expected) => expect(noted.filter((what) => !expected?.test(what))).toEqual([]) };
}
