using System.Text;

namespace ProcessManager.Cli;

/// <summary>
/// One of our output streams. Each call is one write, so that lines of several writers never mix.
/// </summary>
internal sealed class Printer(Stream stream, bool isTerminal, bool colours = false)
{
    private readonly Lock _gate = new();

    public bool IsTerminal { get; } = isTerminal;

    public bool Colours { get; } = colours;

    public void Line(string text) => Bytes(Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>For those who write text themselves, each write at once.</summary>
    public TextWriter Text() => new StreamWriter(stream, leaveOpen: true) { AutoFlush = true };

    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        try
        {
            lock (_gate)
            {
                stream.Write(bytes);
                stream.Flush();
            }
        }
        catch (IOException e)
        {
            throw new OutputClosedException(e);
        }
    }
}

/// <summary>Whoever read our output has gone (<c>procman logs -f x | head</c>): the normal end of a verb that writes on and on.</summary>
internal sealed class OutputClosedException(Exception inner) : Exception("Nobody reads the output any more.", inner);
