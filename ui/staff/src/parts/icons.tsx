/** The few drawings of the page; each is decoration beside words or inside a named button. */

import type { ReactNode } from "react";

interface Props {
  readonly size?: number;
}

export function Mark({ size = 28 }: Props) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#4263eb" />
      <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round">
        <path d="M8 25V14a8 8 0 0 1 16 0v11M6 25h20" />
      </g>
      <path d="M13 25v-9a3 3 0 0 1 6 0v9" fill="#fff" />
    </svg>
  );
}

export const BackIcon = line(<path d="M15 5l-7 7 7 7" />);
export const SendIcon = line(<path d="M4 12l16-8-6 16-3-7zM11 13l4-4" />);
export const ClipIcon = line(
  <path d="M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400L14 8" />,
);
export const CheckIcon = line(<path d="M5 13l4.5 4.5L19 7" />);
export const DownIcon = line(<path d="M12 5v14M6 13l6 6 6-6" />);
export const InfoIcon = line(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 11v5M12 8v.01" />
  </>,
);
export const ListIcon = line(<path d="M4 7l2 2 3-4M4 16l2 2 3-4M13 7h7M13 17h7" />);
export const LeaveIcon = line(<path d="M14 4H6v16h8M11 12h10M17 8l4 4-4 4" />);
export const ChatIcon = line(<path d="M4 5h16v11H10l-5 4v-4H4z" />);
export const TransferIcon = line(<path d="M4 12h15M13 6l6 6-6 6" />);
export const ClockIcon = line(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7v5l3.5 2" />
  </>,
);
export const HandBackIcon = line(<path d="M9 5l-5 5 5 5M4 10h10a6 6 0 0 1 0 12h-3" />);
export const CloseIcon = line(<path d="M6 6l12 12M18 6L6 18" />);
export const MoreIcon = line(
  <g fill="currentColor" stroke="none">
    <circle cx="5" cy="12" r="2" />
    <circle cx="12" cy="12" r="2" />
    <circle cx="19" cy="12" r="2" />
  </g>,
);
export const LockIcon = line(<path d="M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3" />);
export const WarnIcon = line(<path d="M12 4l9 16H3zM12 10v4M12 17v.01" />);

function line(drawing: ReactNode) {
  return function Icon({ size = 18 }: Props) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {drawing}
      </svg>
    );
  };
}
