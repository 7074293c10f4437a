using ProcessManager.Cli;

return await new CommandLine(ThisProcess.Caller()).InvokeAsync(args);
