using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ProcessManager.Os;

/// <summary>What a child reads: the descriptor to give it, and for a pipe the end to write to.</summary>
internal sealed partial class StdinSource : IDisposable
{
    private readonly SafeFileHandle? _file;

    private StdinSource(SafeFileHandle? file, ChildPipe? pipe)
    {
        _file = file;
        Pipe = pipe;
    }

    /// <summary>Its write end stays open when this is disposed.</summary>
    public ChildPipe? Pipe { get; }

    /// <summary>-1: /dev/null.</summary>
    public int Descriptor => _file is null ? -1 : (int)_file.DangerousGetHandle();

    /// <exception cref="ProcessManagerException">StartFailed: the file can't be read; no descriptor is left.</exception>
    public static StdinSource Open(StdinSpec spec, string directory)
    {
        switch (spec.Mode)
        {
            case StdinMode.None:
                return new StdinSource(null, null);
            case StdinMode.Text:
                return new StdinSource(InMemory(spec.Text ?? ""), null);
            case StdinMode.File:
                return new StdinSource(OpenFile(Path.GetFullPath(spec.Path ?? "", directory)), null);
            case StdinMode.Pipe:
                var pipe = new ChildPipe();
                return new StdinSource(pipe.ReadEnd, pipe);
            default:
                throw new System.Diagnostics.UnreachableException($"stdin {spec.Mode}");
        }
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>A file without a name: it needs no pipe that somebody has to fill, and is gone with the last who reads it.</summary>
    private static SafeFileHandle InMemory(string text)
    {
        var file = new SafeFileHandle(memfd_create("stdin", 1 /* close on exec */), ownsHandle: true);
        if (file.IsInvalid)
        {
            throw new ProcessManagerException(ErrorCode.StartFailed, $"The input can't be kept ({Errno.Describe(Marshal.GetLastPInvokeError())}).");
        }

        // Written at offsets, so that the position stays at the start, where the child begins to read.
        RandomAccess.Write(file, Encoding.UTF8.GetBytes(text), 0);
        return file;
    }

    private static SafeFileHandle OpenFile(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProcessManagerException(ErrorCode.StartFailed, $"The standard input {path} can't be read: {e.Message}", e);
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);
}
