/**
 * Runs each task that the parent process sends and replies with the result; exits when a task fails, and with its
 * parent.
 */
export function answerTasks(work: (task: unknown) => Promise<unknown>): void {
  process.on('message', (task: unknown) => {
    work(task).then(
      (result) => process.send?.(result),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit());
}
