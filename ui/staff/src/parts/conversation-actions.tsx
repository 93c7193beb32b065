/** What can be done with a conversation of one's own: transfer, snooze, hand back, close. */

import { ActionIcon, Button, Menu } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";

import { unsent } from "../desk/select";
import type { View } from "../protocol";
import { CloseDialog, UnsentQuestion } from "./closing";
import { HandBackIcon, ClockIcon, CloseIcon, MoreIcon, TransferIcon } from "./icons";
import { SnoozeDialog, SnoozeItems } from "./snooze";
import { TransferDialog } from "./transfer";
import { useDesk, useDeskState } from "./use-desk";

/** Milliseconds after which a dialog has tried to give the focus back. */
const GIVEN_BACK = 50;

type Asking = "transfer" | "snooze" | "close" | "unsent" | null;

export function ConversationActions({ view }: { view: View }) {
  const desk = useDesk();
  const wide = useMediaQuery("(min-width: 900px)", undefined, { getInitialValueInEffect: false });
  const left = unsent(useDeskState(), view.id).length;
  const [asking, setAsking] = useState<Asking>(null);
  const [busy, setBusy] = useState(false);
  const end = async () => {
    setAsking(null);
    setBusy(true);
    await desk.actions.close(view.id);
    setBusy(false);
  };
  const pass = () => setAsking("transfer");
  const until = () => setAsking("snooze");
  const none = () => setAsking(null);
  const more = useFocusAfter(asking);
  return (
    <>
      {wide === true ? (
        <>
          <Button
            variant="default"
            leftSection={<TransferIcon />}
            onClick={pass}
            data-testid="transfer"
          >
            Transfer
          </Button>
          <Menu returnFocus position="bottom-end" width={280} shadow="md">
            <Menu.Target>
              <Button variant="default" leftSection={<ClockIcon />} data-testid="snooze">
                Snooze
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <SnoozeItems view={view} onUntil={until} />
            </Menu.Dropdown>
          </Menu>
        </>
      ) : null}
      <Button
        variant="default"
        loading={busy}
        onClick={() => (left > 0 ? setAsking("unsent") : void end())}
        data-testid="close"
      >
        Close
      </Button>
      <Menu returnFocus position="bottom-end" width={250} shadow="md">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={40}
            ref={more}
            aria-label="More actions"
            data-testid="more"
          >
            <MoreIcon size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {wide === true ? null : (
            <>
              <Menu.Item leftSection={<TransferIcon />} onClick={pass}>
                Transfer…
              </Menu.Item>
              <SnoozeItems view={view} onUntil={until} />
              <Menu.Divider />
            </>
          )}
          <Menu.Item
            leftSection={<HandBackIcon />}
            onClick={() => void desk.actions.handBack(view.id)}
            data-testid="hand-back"
          >
            Hand back to the queue
          </Menu.Item>
          <Menu.Item
            leftSection={<CloseIcon />}
            onClick={() => setAsking("close")}
            data-testid="close-with-reason"
          >
            Close with a reason…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <TransferDialog opened={asking === "transfer"} view={view} onClose={none} />
      <SnoozeDialog opened={asking === "snooze"} view={view} onClose={none} />
      <CloseDialog opened={asking === "close"} view={view} unsent={left} onClose={none} />
      <UnsentQuestion
        opened={asking === "unsent"}
        unsent={left}
        onStay={none}
        onClose={() => void end()}
      />
    </>
  );
}

/** A dialog gives the focus back to what opened it; where that was an entry of a menu, it goes to the menu. */
function useFocusAfter(asking: Asking) {
  const menu = useRef<HTMLButtonElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    const closed = asked.current && asking === null;
    asked.current = asking !== null;
    if (!closed) return;
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) menu.current?.focus();
    }, GIVEN_BACK);
    return () => clearTimeout(timer);
  }, [asking]);
  return menu;
}
