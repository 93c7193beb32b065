/** Asked before somebody who has conversations goes: they return to the queue. */

import { Button, Group, Modal, Text } from "@mantine/core";

interface Props {
  /** What is asked, for example “Sign out?”; null while nothing is. */
  readonly title: string | null;
  readonly conversations: number;
  readonly onStay: () => void;
  readonly onGo: () => void;
}

export function LeaveQuestion({ title, conversations, onStay, onGo }: Props) {
  const one = conversations === 1;
  return (
    <Modal opened={title !== null} onClose={onStay} title={title} centered>
      <Text size="sm">
        {one ? "Your conversation goes" : `Your ${conversations} conversations go`} back to the queue,
        to be taken by the next agent who is free.
      </Text>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onStay} data-autofocus>
          Stay
        </Button>
        <Button onClick={onGo} data-testid="confirm-leave">
          {one ? "Give it back" : "Give them back"}
        </Button>
      </Group>
    </Modal>
  );
}
