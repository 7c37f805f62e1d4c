// What an activity asks, in its own words. Pure.

import type { FrameActivity } from "../api/schema";

export function askedIn(activity: FrameActivity): string {
  switch (activity.type) {
    case "poll":
      return activity.config.question || activity.title;
    case "wordcloud":
      return activity.config.prompt || activity.title;
    case "poker":
      return activity.current?.story?.title ?? activity.title;
    case "quiz":
      return activity.current?.question.prompt ?? activity.title;
  }
}
