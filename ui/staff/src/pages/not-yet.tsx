/** What is there to see while a page cannot be shown: it is being read, or it cannot be. */

import { Alert, Button, Center, Loader, Stack } from "@mantine/core";

export function Waiting({ label }: { label: string }) {
  return (
    <Center h="100%">
      <Loader aria-label={label} role="status" />
    </Center>
  );
}

export function Broken({ problem, retry }: { problem: string; retry?: () => void }) {
  return (
    <Center h="100%" p="md">
      <Stack maw={480}>
        <Alert color="red" title="This page cannot work yet" role="alert">
          {problem}
        </Alert>
        <Button variant="default" onClick={retry ?? (() => location.reload())}>
          Try again
        </Button>
      </Stack>
    </Center>
  );
}
