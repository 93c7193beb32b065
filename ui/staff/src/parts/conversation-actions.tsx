/** What can be done with a conversation of one's own: pass on, put aside, give back, close. */

import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";

import { unsent } from "../desk/select";
import type { View } from "../protocol";
import { CloseDialog, UnsentQuestion } from "./closing";
import { BackToQueueIcon, ClockIcon, CloseIcon, MoreIcon, PassOnIcon } from "./icons";
import { SnoozeDialog, SnoozeItems } from "./snooze";
import { TransferDialog } from "./transfer";
import { useDesk, useDeskState } from "./use-desk";

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
  return (
    <>
      {wide === true ? (
        <>
          <Button
            variant="default"
            leftSection={<PassOnIcon />}
            onClick={pass}
            data-testid="transfer"
          >
            Pass on
          </Button>
          <Menu position="bottom-end" width={230} shadow="md">
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
      <Menu position="bottom-end" width={250} shadow="md">
        <Menu.Target>
          <Tooltip label="More">
            <ActionIcon
              variant="subtle"
              color="gray"
              size={40}
              aria-label="More actions"
              data-testid="more"
            >
              <MoreIcon size={20} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          {wide === true ? null : (
            <>
              <Menu.Item leftSection={<PassOnIcon />} onClick={pass}>
                Pass on…
              </Menu.Item>
              <SnoozeItems view={view} onUntil={until} />
              <Menu.Divider />
            </>
          )}
          <Menu.Item
            leftSection={<BackToQueueIcon />}
            onClick={() => void desk.actions.handBack(view.id)}
            data-testid="hand-back"
          >
            Give back to the queue
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
      {asking === "transfer" ? <TransferDialog view={view} onClose={none} /> : null}
      {asking === "snooze" ? <SnoozeDialog view={view} onClose={none} /> : null}
      {asking === "close" ? <CloseDialog view={view} unsent={left} onClose={none} /> : null}
      {asking === "unsent" ? (
        <UnsentQuestion unsent={left} onStay={none} onClose={() => void end()} />
      ) : null}
    </>
  );
}
