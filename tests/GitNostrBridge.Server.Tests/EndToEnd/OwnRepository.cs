using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>This project's own repository as test input.</summary>
public static class OwnRepository
{
    /// <summary>A clone with a work tree, all branches as local ones, and an annotated and a light tag of its own.</summary>
    public static async Task<WorkRepository> MirrorAsync(TestFolder folder)
    {
        var root = Root();
        var work = await WorkRepository.CreateAsync(folder, "own");
        await work.OkAsync("-c", $"safe.directory={root}", "fetch", "--quiet", root, "+HEAD:refs/heads/test/head", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", "--update-head-ok");
        await work.OkAsync("branch", "--force", "test/first", (await work.OkAsync("rev-list", "--max-parents=0", "test/head")).Split('\n')[0]);
        await work.OkAsync("tag", "--force", "-a", "test-annotated", "-m", "An annotated tag", "test/head");
        await work.OkAsync("tag", "--force", "test-light", "test/first");
        return work;
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Exists(Path.Combine(folder.FullName, ".git")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("the tests run from a clone of this project's repository; no .git is found above them");
    }
}
