from django.apps import AppConfig


class DoctorConfig(AppConfig):
    name = "storefront.doctor"
    label = "doctor"
    schema = "tenant"

    def ready(self) -> None:
        from core.events import subscribe
        from storefront.catalog.events import ProductChanged
        from storefront.doctor.services import ask_for_check

        subscribe(ProductChanged, ask_for_check)
