using LsCalib.Cli;
using LsCalib.Cli.Terminal;

return await App.RunAsync(args, Console.Out, Console.Error, Terminals.Detect).ConfigureAwait(false);
