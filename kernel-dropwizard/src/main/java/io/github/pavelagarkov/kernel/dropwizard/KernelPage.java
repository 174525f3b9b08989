package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.setup.AdminEnvironment;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.dashboard.DashboardSettings;
import io.github.pavelagarkov.kernel.core.servlet.DashboardServlet;

/** Kernel's page at the admin port, where core says that it belongs there. */
final class KernelPage {
    private KernelPage() {}

    static void install(Kernel kernel, AdminEnvironment admin) {
        kernel.dashboard()
                .filter(page -> page.settings().admin())
                .ifPresent(page -> admin.addServlet("kernel-dashboard", new DashboardServlet(page))
                        .addMapping(DashboardSettings.ADMIN_PATH, DashboardSettings.ADMIN_PATH + "/*"));
    }
}
