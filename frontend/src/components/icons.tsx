// The few pictures that buttons need. They take the size and the colour of the text around them and
// say nothing: a button has a text or a label.

import type { ReactNode } from "react";

function icon(paths: ReactNode) {
  return function Icon() {
    return (
      <svg
        className="icon"
        viewBox="0 0 24 24"
        width="1.25em"
        height="1.25em"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {paths}
      </svg>
    );
  };
}

export const CheckIcon = /* @__PURE__ */ icon(<path d="M4 13l5 5L20 6" />);
export const CrossIcon = /* @__PURE__ */ icon(<path d="M6 6l12 12M18 6L6 18" />);
export const UpIcon = /* @__PURE__ */ icon(<path d="M12 20V5M5 12l7-7 7 7" />);
export const DownIcon = /* @__PURE__ */ icon(<path d="M12 4v15M5 12l7 7 7-7" />);
export const NextIcon = /* @__PURE__ */ icon(<path d="M4 12h15M12 5l7 7-7 7" />);
export const PreviousIcon = /* @__PURE__ */ icon(<path d="M20 12H5M12 5l-7 7 7 7" />);
export const PlusIcon = /* @__PURE__ */ icon(<path d="M12 5v14M5 12h14" />);
export const LockIcon = /* @__PURE__ */ icon(<path d="M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3" />);
export const UnlockIcon = /* @__PURE__ */ icon(<path d="M5 11h14v9H5zM8 11V8a4 4 0 0 1 7.5-2" />);
export const EyeIcon = /* @__PURE__ */ icon(
  <>
    <path d="M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7z" />
    <circle cx="12" cy="12" r="3" />
  </>,
);
export const EyeOffIcon = /* @__PURE__ */ icon(
  <path d="M4 4l16 16M10 5.3A9 9 0 0 1 12 5c6 0 10 7 10 7l-3 3.8M6 7.5C3.5 9.3 2 12 2 12s4 7 10 7c1.6 0 3-.4 4.3-1" />,
);
export const FullScreenIcon = /* @__PURE__ */ icon(
  <path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5" />,
);
export const QrIcon = /* @__PURE__ */ icon(
  <path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2M20 14v6h-6" />,
);
export const TrashIcon = /* @__PURE__ */ icon(<path d="M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13" />);
export const CopyIcon = /* @__PURE__ */ icon(<path d="M9 9h11v11H9zM5 15H4V4h11v1" />);
export const DownloadIcon = /* @__PURE__ */ icon(<path d="M12 4v11M6 10l6 6 6-6M4 20h16" />);
export const EditIcon = /* @__PURE__ */ icon(<path d="M4 20l1-5L16 4l4 4L9 19zM13 7l4 4" />);
export const PlayIcon = /* @__PURE__ */ icon(<path d="M7 4l13 8-13 8z" />);
export const StopIcon = /* @__PURE__ */ icon(<path d="M6 6h12v12H6z" />);
export const PeopleIcon = /* @__PURE__ */ icon(
  <>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14a6.5 6.5 0 0 1 3.5 6" />
  </>,
);
