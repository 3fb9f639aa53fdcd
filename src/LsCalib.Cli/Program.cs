using LsCalib.Cli.Terminal;
using LsCalib.Cli;

return await App.RunAsync(args, Console.Out, Console.Error, Terminals.Detect).ConfigureAwait(false);
