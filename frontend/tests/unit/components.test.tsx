import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, expect, test, vi } from "vitest";

import { Buzzers } from "../../src/activities/quiz/Buzzers";
import { Countdown } from "../../src/components/Countdown";
import { leftOf, secondsLeft } from "../../src/components/countdown";
import { Bars } from "../../src/components/Bars";
import { Button } from "../../src/components/Button";
import { TextField } from "../../src/components/Field";
import { LanguageSwitch } from "../../src/components/LanguageSwitch";
import { AnswerSign, ConnectionSign } from "../../src/components/Sign";
import { toast, Toasts } from "../../src/components/Toast";
import { letterOf, shareOf, toneOf } from "../../src/components/tones";
import { setLanguage } from "../../src/i18n/language";

afterEach(() => {
  cleanup();
  setLanguage("en");
});

test("a disabled button keeps the focus and does nothing", () => {
  const clicked = vi.fn();
  const { rerender } = render(
    <Button isDisabled onClick={clicked}>
      Go
    </Button>,
  );
  const button = screen.getByRole("button", { name: "Go" });
  button.focus();
  fireEvent.click(button);
  expect(document.activeElement).toBe(button);
  expect(clicked).not.toHaveBeenCalled();
  rerender(<Button onClick={clicked}>Go</Button>);
  fireEvent.click(button);
  expect(clicked).toHaveBeenCalledOnce();
});

test("long times and late places are written as the language does", () => {
  const { container } = render(<Countdown endsAtMs={86_400_000} totalMs={1} now={() => 0} />);
  expect(container.querySelector(".num")?.textContent).toBe("86,400");
  const order = Array.from({ length: 1_234 }, (_, index) => ({
    participant_id: `p${index}`,
    nickname: null,
    ms: 1_000,
  }));
  const verdicts = new Map(order.map(({ participant_id }) => [participant_id, false]));
  verdicts.delete("p1233");
  render(<Buzzers order={order as never} verdicts={verdicts} />);
  expect(screen.getByText("1,234")).toBeTruthy();
});

test("a disabled submit button submits nothing", () => {
  const submitted = vi.fn((event: Event) => event.preventDefault());
  render(
    <form onSubmit={submitted as never}>
      <Button type="submit" isDisabled>
        Go
      </Button>
    </form>,
  );
  fireEvent.click(screen.getByRole("button"));
  expect(submitted).not.toHaveBeenCalled();
});

test("a field says what is wrong with it", () => {
  render(<TextField label="Your name" hint="Any" wrong="Too long" />);
  const input = screen.getByLabelText("Your name");
  expect(input.getAttribute("aria-invalid")).toBe("true");
  const described = input.getAttribute("aria-describedby")?.split(" ") ?? [];
  const texts = described.map((id) => document.getElementById(id)?.textContent);
  expect(texts).toEqual(["Any", "Too long"]);
});

test("bars tell text, count and share to who can't see them", () => {
  const bars = [
    { id: "a", label: "By the sea", count: 3, isCorrect: true },
    { id: "b", label: "Up a hill", count: 1 },
  ];
  render(<Bars label="Results" bars={bars} />);
  const items = screen.getAllByRole("listitem");
  expect(items.map((item) => item.querySelector(".unseen")?.textContent)).toEqual([
    "By the sea: 3 votes, 75%. Right answer",
    "Up a hill: 1 vote, 25%",
  ]);
});

test("bars of nothing are empty, not broken", () => {
  render(<Bars label="Results" bars={[{ id: "a", label: "By the sea", count: 0 }]} />);
  expect(screen.getByRole("listitem").textContent).toContain("0%");
});

test("the connection is mentioned only when it is bad", () => {
  const { rerender } = render(<ConnectionSign freshness="fresh" />);
  expect(screen.getByRole("status").textContent).toBe("");
  rerender(<ConnectionSign freshness="stale" />);
  expect(screen.getByRole("status").textContent).toBe("Reconnecting …");
});

test("an answer counts as in only when it is saved", () => {
  const { rerender } = render(<AnswerSign letter={{ state: "sending" }} />);
  expect(screen.getByRole("status").textContent).toBe("Sending …");
  rerender(<AnswerSign letter={{ state: "waiting" }} />);
  expect(screen.getByRole("status").textContent).toBe("Waiting for connection");
  rerender(<AnswerSign letter={{ state: "saved" }} />);
  expect(screen.getByRole("status").textContent).toBe("Your answer is in");
});

test("the language can be switched, and the page says which it is", async () => {
  render(
    <>
      <LanguageSwitch />
      <AnswerSign letter={{ state: "saved" }} />
    </>,
  );
  const select = screen.getByLabelText<HTMLSelectElement>("Language");
  select.value = "es";
  // Not `fireEvent.change`, which becomes an input event under preact/compat.
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await vi.waitFor(() =>
    expect(screen.getByRole("status").textContent).toBe("Tu respuesta ha llegado"),
  );
  expect(document.documentElement.lang).toBe("es");
});

test("good news go by themselves, bad news are closed", () => {
  vi.useFakeTimers();
  render(<Toasts />);
  toast("Saved");
  toast("Could not save", "bad");
  vi.advanceTimersByTime(6_000);
  vi.useRealTimers();
  return vi.waitFor(() => {
    expect(screen.getByRole("status").textContent).toBe("Could not save");
    fireEvent.click(screen.getByRole("button", { name: "Close" }));
    return vi.waitFor(() => expect(screen.getByRole("status").textContent).toBe(""));
  });
});

test("people count the last second as one", () => {
  expect(leftOf(1000, 2000)).toBe(0);
  expect([0, 1, 999, 1000, 1001].map(secondsLeft)).toEqual([0, 1, 1, 1, 2]);
});

test("colours repeat, letters do not", () => {
  expect([0, 5, 6].map(toneOf)).toEqual(["a", "f", "a"]);
  expect(letterOf(19)).toBe("T");
  expect(shareOf(3, 0)).toBe(0);
});
