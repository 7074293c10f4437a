using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ProcessManager.Http;

/// <summary>The secret of a TCP address: one line in a file that only its owner may read.</summary>
public sealed class AccessToken
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly byte[] _hash;

    private AccessToken(string text)
    {
        Text = text;
        _hash = Hash(text);
    }

    /// <summary>The secret itself.</summary>
    public string Text { get; }

    /// <summary>The token in a file; a missing file is made, 0600, with 256 random bits.</summary>
    /// <exception cref="ProcessManagerException">PermissionDenied: others may read the file, or we may not; InvalidSpec: it is empty or can't be made.</exception>
    public static AccessToken ReadOrCreate(string path)
    {
        try
        {
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
            file.Write(Encoding.ASCII.GetBytes(text + "\n"));
            return new AccessToken(text);
        }
        catch (IOException) when (File.Exists(path))
        {
            // It is there already: the secret that its users know.
            return Read(path);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Denied(path, error);
        }
        catch (IOException error)
        {
            throw ProcessManagerException.Invalid([new Fault("tokenFile", $"{path} can't be made: {error.Message}")]);
        }
    }

    /// <summary>The token in a file that is there, as a client reads it.</summary>
    /// <exception cref="ProcessManagerException">PermissionDenied; InvalidSpec: it is missing or empty.</exception>
    public static AccessToken Read(string path)
    {
        try
        {
            if ((File.GetUnixFileMode(path) & Others) is var open and not UnixFileMode.None)
            {
                throw new ProcessManagerException(ErrorCode.PermissionDenied, $"The token file {path} is open to others ({open}); make it 0600.");
            }

            var text = File.ReadAllText(path).Trim();
            return text.Length >= 16 ? new AccessToken(text) : throw ProcessManagerException.Invalid([new Fault("tokenFile", $"{path} holds no token of at least 16 characters")]);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Denied(path, error);
        }
        catch (IOException error)
        {
            throw ProcessManagerException.Invalid([new Fault("tokenFile", $"{path} can't be read: {error.Message}")]);
        }
    }

    /// <summary>Whether <paramref name="presented"/> is it; takes the same time wherever the two differ.</summary>
    public bool Matches(string presented) => CryptographicOperations.FixedTimeEquals(Hash(presented), _hash);

    public override string ToString() => "(token)";

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static ProcessManagerException Denied(string path, Exception error) =>
        new(ErrorCode.PermissionDenied, $"The token file {path} can't be used: {error.Message}", error);
}
